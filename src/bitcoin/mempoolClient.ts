import mempoolJS from '@mempool/mempool.js';
import { z } from 'zod';
import type { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { parseAnswer } from '../http/parseAnswer.ts';
import type { PoliteGetter } from '../http/politeGetter.ts';
import { parseAnswerJson } from '../http/readAnswerJson.ts';
import { parseBlockHeader } from './blockHeader.ts';
import { esploraRefused, reservesRequestInvalid } from './errors.ts';
import {
  AddressSummary,
  BlockSummary,
  type ConfirmedTransaction,
  Hash,
  MerkleProof,
  Transaction,
  TransactionStatus,
  UnspentOutput,
} from './esploraAnswers.ts';
import { serializeBlockHeader } from './serializeBlockHeader.ts';

/** Esplora lists ten blocks, mempool servers fifteen: more are not read. */
const mostListed = 100;

/** No block has one of more bytes. */
const largestTransaction = 4_000_000;

/** The calls that reading reserves takes; each is one request, and its answer is checked. */
export interface MempoolClient {
  readTipHash(): Promise<string>;
  /** Null if the best chain has no block at that height. */
  readBlockHash(height: number): Promise<string | null>;
  /** Null if the server does not know the block. Its header is hashed: its time is the block's. */
  readBlock(hash: string, chain: ChainId): Promise<ChainPoint | null>;
  /**
   * Blocks of the best chain from that height downwards, ten or more where there are as many. Null if
   * it has no block at that height. Each is hashed: its header is that of the block that it names.
   */
  readBlocks(height: number): Promise<readonly ListedBlock[] | null>;
  readAddress(place: ScriptPlace): Promise<AddressSummary>;
  /** Confirmed transactions, newest first, one page of them: those after `lastTxid`. */
  readChainPage(place: ScriptPlace, lastTxid?: string): Promise<ConfirmedTransaction[]>;
  /** Unconfirmed transactions; the server leaves out what is beyond its limit, without saying so. */
  readMempool(place: ScriptPlace): Promise<Transaction[]>;
  /** As the mempool leaves them. Null if they are more than the server is willing to list. */
  readUnspent(place: ScriptPlace): Promise<UnspentOutput[] | null>;
  readStatus(txid: string): Promise<TransactionStatus>;
  /** The header of a block, 80 bytes in hex. Null if the server does not know the block. */
  readHeader(hash: string): Promise<string | null>;
  /** The id of the transaction at a place of a block. */
  readTransactionId(hash: string, position: number): Promise<string>;
  /** A serialised transaction in hex; null if the server does not know it. */
  readRaw(txid: string): Promise<string | null>;
  /** Null for a transaction that is in no block. */
  readMerkleProof(txid: string): Promise<MerkleProof | null>;
}

/** One block of a list. */
export interface ListedBlock {
  readonly height: number;
  /** 80 bytes. */
  readonly header: Buffer;
}

/** How a server is asked for a script: by address, or by the hash of the script. */
export type ScriptPlace =
  | { readonly address: string; readonly scriptHash?: undefined }
  | { readonly address?: undefined; readonly scriptHash: string };

/**
 * The API of an Esplora or mempool server, through @mempool/mempool.js.
 *
 * The library brings the calls and their paths. What it leaves open is done here: it puts parameters
 * into paths as they are, so they are checked first; it has neither time limit, retry nor answer
 * checks, so its HTTP adapter is replaced by a `PoliteGetter` and every answer is parsed; it falls
 * back to mainnet for networks that it does not know, so it is told none, only a base URL. Two paths
 * of Esplora it lacks: `/address/:a/txs/chain/:last` (its `after_txid` is known to mempool servers
 * only, and there mixed with the mempool) and `/block/:hash` (it asks `/v1/block`, likewise).
 *
 * @param signal ends all calls of this client; the library's calls themselves take none
 */
export function createMempoolClient(
  getter: PoliteGetter,
  source: SourceRef,
  signal?: AbortSignal,
): MempoolClient {
  const { bitcoin } = mempoolJS({
    config: {
      // Never asked: the adapter takes the path alone.
      baseURL: 'http://adapter.invalid/',
      adapter: async (config) => ({
        data: await get(config.url ?? '/'),
        status: 200,
        statusText: 'OK',
        headers: {},
        config,
      }),
      transformResponse: (data: unknown) => data,
    },
  });
  const { addresses, blocks, transactions } = bitcoin;

  return {
    async readTipHash() {
      const path = '/blocks/tip/hash';
      return parseHash(await expectOk(path, blocks.getBlocksTipHash()), path);
    },
    async readBlockHash(height) {
      const path = `/block-height/${height}`;
      const answer = asHttpAnswer(await blocks.getBlockHeight({ height }));
      return answer.status === 404 ? null : parseHash(refuse4xx(path, answer), path);
    },
    async readBlock(hash, chain) {
      const path = `/block/${hash}`;
      const answer = await get(path);
      if (answer.status === 404) return null;
      const block = parseJson(BlockSummary, refuse4xx(path, answer), path);
      checkHeader(block, path);
      if (block.id === hash) return { chain, height: block.height, hash, time: block.timestamp };
      throw otherHeader(path);
    },
    async readBlocks(height) {
      const path = `/blocks/${height}`;
      const answer = await get(path);
      if (answer.status === 404) return null;
      const listed = parseJson(
        z.array(BlockSummary).max(mostListed),
        refuse4xx(path, answer),
        path,
      );
      return listed.map((block) => ({ height: block.height, header: checkHeader(block, path) }));
    },
    async readAddress(place) {
      const path = pathOf(place);
      const { address, scriptHash } = place;
      const body = await ask(place, '', (one) => addresses.getAddress(one));
      const summary = parseJson(AddressSummary, body, path);
      if (summary.address !== address || summary.scripthash !== scriptHash) {
        throw sourceResponseInvalid(source, `answered ${path} with another address`);
      }
      return summary;
    },
    async readChainPage(place, lastTxid) {
      const part = '/txs/chain';
      const path = `${pathOf(place)}${part}`;
      if (lastTxid === undefined) {
        const body = await ask(place, part, (one) => addresses.getAddressTxsChain(one));
        return parseConfirmed(body, path);
      }
      const next = `${path}/${Hash.parse(lastTxid)}`;
      return parseConfirmed(await expectOk(next, get(next)), next);
    },
    async readMempool(place) {
      const part = '/txs/mempool';
      const body = await ask(place, part, (one) => addresses.getAddressTxsMempool(one));
      return parseJson(z.array(Transaction), body, `${pathOf(place)}${part}`);
    },
    async readUnspent(place) {
      const path = `${pathOf(place)}/utxo`;
      const { address } = place;
      const answer = asHttpAnswer(
        await (address === undefined ? get(path) : addresses.getAddressTxsUtxo({ address })),
      );
      if (answer.status >= 400 && /too many (?:unspent|utxo)/i.test(answer.body)) return null;
      return parseJson(z.array(UnspentOutput), refuse4xx(path, answer), path);
    },
    async readStatus(txid) {
      const path = `/tx/${Hash.parse(txid)}/status`;
      const body = await expectOk(path, transactions.getTxStatus({ txid }));
      return parseJson(TransactionStatus, body, path);
    },
    readHeader: (hash) => readHex(`/block/${Hash.parse(hash)}/header`),
    async readTransactionId(hash, position) {
      const path = `/block/${Hash.parse(hash)}/txid/${position}`;
      return parseHash(await expectOk(path, get(path)), path);
    },
    readRaw: (txid) => readHex(`/tx/${Hash.parse(txid)}/hex`),
    async readMerkleProof(txid) {
      const path = `/tx/${Hash.parse(txid)}/merkle-proof`;
      const answer = await get(path);
      if (answer.status === 404) return null;
      return parseJson(MerkleProof, refuse4xx(path, answer), path);
    },
  };

  /** The 80 bytes of a header, if they hash to the block that it is said to be of. */
  function checkHeader(block: BlockSummary, path: string): Buffer {
    const header = serializeBlockHeader({
      version: block.version,
      previousHash: block.previousblockhash ?? null,
      merkleRoot: block.merkle_root,
      time: block.timestamp,
      bits: block.bits,
      nonce: block.nonce,
    });
    if (parseBlockHeader(header)?.hash === block.id) return header;
    throw otherHeader(path);
  }

  function otherHeader(path: string): AssayError {
    return sourceResponseInvalid(source, `answered ${path} with another block's header`);
  }

  async function readHex(path: string): Promise<string | null> {
    const answer = await get(path);
    if (answer.status === 404) return null;
    const body = refuse4xx(path, answer).trim();
    if (!/^(?:[0-9a-f]{2})+$/.test(body)) throw notWhatWasAsked(path, body, 'hex');
    return body;
  }

  function get(path: string): Promise<HttpAnswer> {
    return getter.get(path, signal, longestAnswer(path));
  }

  /** The library knows no script hashes: for these its path is asked without it. */
  function ask(
    place: ScriptPlace,
    part: string,
    byAddress: (address: { address: string }) => Promise<unknown>,
  ): Promise<string> {
    const path = `${pathOf(place)}${part}`;
    const { address } = place;
    return expectOk(path, address === undefined ? get(path) : byAddress({ address }));
  }

  /** The body of an answer that the library believes to be what its types promise. */
  async function expectOk(path: string, answer: Promise<unknown>): Promise<string> {
    return refuse4xx(path, asHttpAnswer(await answer));
  }

  function refuse4xx(path: string, answer: Answer): string {
    if (answer.status >= 400) throw esploraRefused(source, path, answer.status);
    return answer.body;
  }

  function parseHash(body: string, path: string): string {
    const hash = Hash.safeParse(body.trim());
    if (!hash.success) throw notWhatWasAsked(path, body, 'a block hash');
    return hash.data;
  }

  function parseConfirmed(body: string, path: string): ConfirmedTransaction[] {
    return parseJson(z.array(Transaction), body, path).map((transaction) => {
      const { status } = transaction;
      if (!status.confirmed) {
        throw sourceResponseInvalid(source, `answered ${path} with an unconfirmed transaction`);
      }
      return { ...transaction, status };
    });
  }

  function parseJson<T>(schema: z.ZodType<T>, body: string, path: string): T {
    return parseAnswer(schema, parseAnswerJson(body, source, path), source, path);
  }

  function notWhatWasAsked(path: string, body: string, expected: string): Error {
    const found = body.trimStart().startsWith('<') ? 'a web page' : 'something else';
    return sourceResponseInvalid(source, `answered ${path} with ${found} instead of ${expected}`);
  }
}

/** Of what has a list in it, the getter's own limit; a transaction in hex has twice its bytes. */
function longestAnswer(path: string): number | undefined {
  if (/\/(?:txs\/[^?]*|utxo)$/.test(path)) return undefined;
  if (path.startsWith('/blocks/') && path !== '/blocks/tip/hash') return 1024 * 1024;
  return path.endsWith('/hex') ? 2 * largestTransaction + 2 : 64 * 1024;
}

/** What the adapter gave, after it went through the library. */
const Answer = z.object({ status: z.int(), body: z.string() });
type Answer = z.infer<typeof Answer>;

function asHttpAnswer(data: unknown): Answer {
  return Answer.parse(data);
}

function pathOf({ address, scriptHash }: ScriptPlace): string {
  return address === undefined
    ? `/scripthash/${Hash.parse(scriptHash)}`
    : `/address/${checkAddress(address)}`;
}

/** The library writes it into the path as it is. */
function checkAddress(address: string): string {
  if (/^[0-9A-Za-z]{14,90}$/.test(address)) return address;
  throw reservesRequestInvalid('has an address that is no address');
}
