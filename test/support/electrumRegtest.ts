import { Block } from 'bitcoinjs-lib';
import { z } from 'zod';
import { createBitcoinRpc } from '../../devnet/bitcoinRpc.ts';
import {
  type ElectrumBlock,
  type ElectrumTransaction,
  type ElectrumView,
  readElectrumTransaction,
} from './electrumIndex.ts';
import {
  type ElectrumServer,
  type ElectrumServerOptions,
  startElectrumServer,
} from './electrumServer.ts';

const Hash = z.string();
const Hashes = z.array(Hash);

/**
 * Starts an Electrum server over a regtest node: what it answers is made from that node's own bytes,
 * as they are in its chain and mempool at that moment.
 *
 * @param rpcUrl `http://user:password@127.0.0.1:port`
 */
export async function startRegtestElectrum(
  rpcUrl: string,
  options: Omit<ElectrumServerOptions, 'readView'> = {},
): Promise<ElectrumServer> {
  const { origin, username, password } = new URL(rpcUrl);
  const rpc = createBitcoinRpc({ url: origin, user: username, password });
  let view: ElectrumView = { blocks: [], mempool: [] };
  let reading: Promise<ElectrumView> | undefined;

  async function readBlocks(best: string): Promise<readonly ElectrumBlock[]> {
    if (view.blocks.at(-1)?.hash === best) return view.blocks;
    const known = new Map(view.blocks.map(({ hash }, height) => [hash, height]));
    const fresh: ElectrumBlock[] = [];
    let hash = best;
    while (!known.has(hash) && !/^0+$/.test(hash)) {
      const hex = z.string().parse(await rpc.call('getblock', [hash, 0]));
      const block = Block.fromHex(hex);
      const transactions = (block.transactions ?? []).map((one) =>
        readElectrumTransaction(one.toHex()),
      );
      fresh.push({ hash, header: hex.slice(0, 160), transactions });
      hash = Buffer.from(block.prevHash ?? [])
        .reverse()
        .toString('hex');
    }
    const fork = known.get(hash) ?? -1;
    return [...view.blocks.slice(0, fork + 1), ...fresh.reverse()];
  }

  async function readMempool(): Promise<readonly ElectrumTransaction[]> {
    const txids = Hashes.parse(await rpc.call('getrawmempool'));
    const known = new Map(view.mempool.map((one) => [one.txid, one]));
    if (known.size === txids.length && txids.every((txid) => known.has(txid))) return view.mempool;
    const raw = await rpc.batch(
      txids.map((txid) => ({ method: 'getrawtransaction', params: [txid] })),
    );
    return parentsFirst(Hashes.parse(raw).map(readElectrumTransaction));
  }

  async function readNow(): Promise<ElectrumView> {
    // Between the calls a block may take transactions out of the mempool: then once more.
    for (;;) {
      const best = Hash.parse(await rpc.call('getbestblockhash'));
      const blocks = await readBlocks(best);
      const mempool = await readMempool();
      if (best !== Hash.parse(await rpc.call('getbestblockhash'))) continue;
      if (blocks !== view.blocks || mempool !== view.mempool) view = { blocks, mempool };
      return view;
    }
  }

  const server = await startElectrumServer({
    ...options,
    readView() {
      reading ??= readNow().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rpc.close();
  };
  return {
    ...server,
    get arrays() {
      return server.arrays;
    },
    get connections() {
      return server.connections;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function parentsFirst(transactions: readonly ElectrumTransaction[]): ElectrumTransaction[] {
  const waiting = new Map(transactions.map((one) => [one.txid, one]));
  const sorted: ElectrumTransaction[] = [];
  while (waiting.size > 0) {
    for (const [txid, one] of waiting) {
      if (one.inputs.some((input) => waiting.has(input.txid))) continue;
      waiting.delete(txid);
      sorted.push(one);
    }
  }
  return sorted;
}
