import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { sourceResponseInvalid, sourceWrongChain } from '../core/sourceErrors.ts';
import type { AnswerBudget } from '../http/answerBudget.ts';
import { arrangeReserves } from './arrangeReserves.ts';
import type { BitcoinSource, ReservesRequest } from './bitcoinSource.ts';
import { headerBytes } from './blockHeader.ts';
import { checkNetwork } from './checkNetwork.ts';
import type { CoreChainInfo } from './coreAnswers.ts';
import { type CoreLimits, createCoreCalls } from './coreCalls.ts';
import { createCoreInclusion } from './coreInclusion.ts';
import { createCoreRpc } from './coreRpc.ts';
import {
  blockReorganised,
  heightAboveTip,
  heightPruned,
  reservesRequestInvalid,
  sourceNotReady,
  sourceTipWentBack,
} from './errors.ts';
import type { BitcoinSourceUrl } from './parseBitcoinSourceUrl.ts';
import { type ChangesAbove, readChangesAbove } from './readChangesAbove.ts';
import { readUnspents } from './readUnspents.ts';
import { undoBlocks } from './undoBlocks.ts';

export interface CoreSourceOptions {
  /** From `parseBitcoinSourceUrl`, of kind `core`. */
  readonly url: BitcoinSourceUrl;
  /** The network that the node must be on. */
  readonly network: BitcoinNetwork;
  readonly limits?: Partial<CoreSourceLimits>;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
}

/** Times in milliseconds; see `coreSourceLimits` for what holds unless told otherwise. */
export interface CoreSourceLimits extends CoreLimits {
  /** Larger answers are refused, as are, for what has no list in it, much smaller ones. */
  readonly maxAnswerBytes: number;
}

/**
 * A scan takes one to two minutes on mainnet and some tens on a slow disk. Its answer has 350 bytes for
 * each output.
 */
export const coreSourceLimits: CoreSourceLimits = {
  callTimeoutMs: 60_000,
  blockTimeoutMs: 300_000,
  scanTimeoutMs: 3_600_000,
  busyTimeoutMs: 900_000,
  retryMs: 500,
  pollMs: 1_000,
  graceMs: 250,
  maxAnswerBytes: 128 * 1024 * 1024,
};

/** A block by height and hash. */
type BlockRef = Pick<ChainPoint, 'height' | 'hash'>;

/** What Bitcoin Core calls the networks. */
const chainNames: Readonly<Record<BitcoinNetwork['name'], string>> = {
  mainnet: 'main',
  testnet4: 'testnet4',
  signet: 'signet',
  regtest: 'regtest',
};

/**
 * Bitcoin Core (23 or later, pruned or not) as a source of reserves, over its JSON-RPC interface.
 *
 * The reserves as of block H are one `scantxoutset` over all scripts, at the tip of its moment, with
 * the blocks above H undone by `getblock` verbosity 3. The chain of that tip is followed down to H,
 * and both are checked to be in the best chain: H before the reading, the tip after it.
 *
 * Trusted: the node, for which outputs exist. Checked: that its answers are of the right form, add
 * up, and belong to one chain.
 */
export function createCoreSource(options: CoreSourceOptions): BitcoinSource {
  const { url, network, limits, budget } = options;
  const { source } = url;
  const all = { ...coreSourceLimits, ...limits };
  const rpc = createCoreRpc(url, { ...all, budget });
  const calls = createCoreCalls(rpc, source, all);
  let onNetwork = false;
  let seenTip: BlockRef | undefined;

  /** What tells a signet from another before it has a block that differs. */
  function checkChain({ chain, signet_challenge: challenge }: CoreChainInfo): void {
    if (chain !== chainNames[network.name]) {
      throw sourceWrongChain(source, network.name, 'another chain');
    }
    if (challenge !== undefined && challenge !== network.signetChallenge) {
      throw sourceWrongChain(source, network.name, 'a signet with another challenge');
    }
  }

  async function requireNetwork(info: CoreChainInfo, context: ReadContext): Promise<void> {
    if (!onNetwork) {
      await checkNetwork(network, source, async (heights) => {
        const known = heights.filter((height) => height <= info.blocks);
        const hashes = await Promise.all(
          known.map((height) => calls.readBlockHash(height, context)),
        );
        if (hashes[0] === network.genesisHash) checkChain(info);
        return hashes;
      });
      onNetwork = true;
    }
    // On regtest it means no more than that the last block is a day old.
    if (info.initialblockdownload && network.name !== 'regtest') {
      throw sourceNotReady(source, `is still synchronising, at height ${info.blocks}`);
    }
  }

  /**
   * A lower tip than before is a reorganisation if the node knows the former tip as abandoned, and an
   * answer that was overtaken by another if the former tip still stands. If the node has never heard
   * of it, then it forgot, or it is another node behind the same URL.
   */
  async function checkTip(height: number, hash: string, context: ReadContext): Promise<void> {
    const before = seenTip;
    if (before === undefined || height >= before.height) {
      seenTip = { height, hash };
      return;
    }
    const header = await calls.readHeader(before.hash, context);
    if (header !== undefined && header.confirmations >= 0) return;
    seenTip = { height, hash };
    if (header === undefined) throw sourceTipWentBack(source, before.height, height);
  }

  async function readInfo(context: ReadContext): Promise<CoreChainInfo> {
    const info = await calls.readChainInfo(context);
    await requireNetwork(info, context);
    await checkTip(info.blocks, info.bestblockhash, context);
    return info;
  }

  /** The block as a chain point. @throws AssayError BITCOIN_REORGANISED if it is not in the best chain */
  async function readBestBlock(block: BlockRef, context: ReadContext): Promise<ChainPoint> {
    const header = await calls.readHeader(block.hash, context);
    if (header === undefined || header.confirmations < 0) throw blockReorganised(source, block);
    if (header.height !== block.height) {
      throw sourceResponseInvalid(source, `names two heights for block ${block.hash}`);
    }
    return { chain: network.chain, height: header.height, hash: header.hash, time: header.time };
  }

  return {
    source,

    async readTip(context = {}) {
      const info = await readInfo(context);
      return readBestBlock({ height: info.blocks, hash: info.bestblockhash }, context);
    },

    async readPoint(height, context = {}) {
      const info = await readInfo(context);
      if (height > info.blocks) throw heightAboveTip(source, height, info.blocks);
      return readBestBlock({ height, hash: await calls.readBlockHash(height, context) }, context);
    },

    async readHeaders(from, count, context = {}) {
      const { blocks } = await readInfo(context);
      const last = from + count - 1;
      if (last > blocks) throw heightAboveTip(source, last, blocks);
      const headers = await calls.readRawHeaders(from, count, context);
      if (headers.length === headerBytes * count) return Uint8Array.from(headers);
      throw sourceResponseInvalid(source, 'gave headers that have not 80 bytes each');
    },

    async readReserves(request, context = {}) {
      const { point } = request;
      const scripts = checkRequest(request, network);
      const info = await readInfo(context);
      // A block that the node knows, above its tip, is one that a reorganisation has just taken away.
      if (point.height > info.blocks && !(await calls.readHeader(point.hash, context))) {
        throw heightAboveTip(source, point.height, info.blocks);
      }
      await readBestBlock(point, context);
      // Checked before the scan, which may take minutes; pruning in the meantime is found later.
      const lowest = (info.pruneheight ?? 0) - 1;
      if (info.pruned && point.height < lowest) throw heightPruned(source, point.height, lowest);

      const walk = (from: BlockRef, known?: ChangesAbove) =>
        readChangesAbove(point, from, scripts, calls, source, context, known);
      // The blocks first: what is wrong with them shows before the scan, which may take minutes.
      const before = { height: info.blocks, hash: info.bestblockhash };
      const known = await walk(before);
      const scan = await calls.scan([...scripts], context);
      await checkTip(scan.height, scan.bestblock, context);
      if (scan.height < point.height) {
        await readBestBlock(point, context);
        throw sourceTipWentBack(source, point.height, scan.height);
      }
      const after = { height: scan.height, hash: scan.bestblock };
      const { changes } = await walk(after, known);
      context.onProgress?.({ source, phase: 'undo', done: changes.length, total: changes.length });
      const tipUtxos = readUnspents(scan, scripts, source);
      const { utxos, total, window } = undoBlocks(tipUtxos, changes, point.height);

      // Its chain was followed down to H: as long as it stands, so does H.
      const tip = await readBestBlock(after, context);
      return {
        source,
        point,
        tip,
        total,
        window,
        scripts: arrangeReserves(request.scripts, utxos),
      };
    },

    inclusion: createCoreInclusion(calls, readInfo, source),

    close: () => rpc.close(),
  };
}

function checkRequest(
  { point, scripts }: ReservesRequest,
  network: BitcoinNetwork,
): ReadonlySet<string> {
  if (point.chain !== network.chain) throw reservesRequestInvalid('names a block of another chain');
  const set = new Set(scripts.map(({ script }) => script));
  if (set.size < scripts.length) throw reservesRequestInvalid('names a script twice');
  for (const script of set) {
    // It becomes part of a descriptor.
    if (!/^(?:[0-9a-f]{2})+$/.test(script)) throw reservesRequestInvalid('has a script not in hex');
  }
  return set;
}
