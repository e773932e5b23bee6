import { z } from 'zod';
import { createBitcoinRpc } from '../../devnet/bitcoinRpc.ts';
import { parseBtc } from '../../devnet/btcText.ts';
import {
  difficultyOf,
  type EsploraBlock,
  type EsploraInput,
  type EsploraTransaction,
  type EsploraView,
  formatCoinbase,
  formatInput,
  formatOutput,
} from './esploraFormat.ts';

const Script = z.object({ hex: z.string() });
const RpcInput = z.object({
  coinbase: z.string().optional(),
  txid: z.string().optional(),
  vout: z.int().optional(),
  scriptSig: Script.optional(),
  txinwitness: z.array(z.string()).default([]),
  sequence: z.int(),
});
const RpcTransaction = z.object({
  txid: z.string(),
  version: z.int(),
  locktime: z.int(),
  size: z.int(),
  weight: z.int(),
  vin: z.array(RpcInput),
  vout: z.array(z.object({ value: z.string().transform(parseBtc), scriptPubKey: Script })),
});
const RpcBlock = z.object({
  hash: z.string(),
  height: z.int(),
  version: z.int(),
  time: z.int(),
  nTx: z.int(),
  size: z.int(),
  weight: z.int(),
  merkleroot: z.string(),
  previousblockhash: z.string().optional(),
  mediantime: z.int(),
  nonce: z.int(),
  bits: z.string(),
  tx: z.array(RpcTransaction),
});
type RpcTransaction = z.infer<typeof RpcTransaction>;

/** What a regtest node has in its chain and mempool, as electrs would index it. */
export interface RegtestView {
  /** The state of this moment: reads only what is new, and what a reorganisation replaced. */
  readView(): Promise<EsploraView>;
  close(): Promise<void>;
}

/** @param rpcUrl `http://user:password@127.0.0.1:port` */
export function createRegtestView(rpcUrl: string): RegtestView {
  const { origin, username, password } = new URL(rpcUrl);
  const rpc = createBitcoinRpc({ url: origin, user: username, password });
  const transactions = new Map<string, EsploraTransaction>();
  let view: EsploraView = { blocks: [], mempool: [] };
  let reading: Promise<EsploraView> | undefined;

  async function readBlocks(): Promise<readonly EsploraBlock[]> {
    const best = z.string().parse(await rpc.call('getbestblockhash'));
    if (view.blocks.at(-1)?.header.id === best) return view.blocks;
    const fresh: z.infer<typeof RpcBlock>[] = [];
    for (let hash: string | undefined = best; hash !== undefined; ) {
      const block = RpcBlock.parse(await rpc.call('getblock', [hash, 2]));
      fresh.push(block);
      hash = block.previousblockhash;
      if (view.blocks[block.height - 1]?.header.id === hash) break;
    }
    fresh.reverse();
    const blocks = view.blocks.slice(0, fresh[0]?.height ?? 0);
    for (const block of fresh) blocks.push(formatBlock(block));
    return blocks;
  }

  function formatBlock(block: z.infer<typeof RpcBlock>): EsploraBlock {
    const bits = Number.parseInt(block.bits, 16);
    return {
      header: {
        id: block.hash,
        height: block.height,
        version: block.version >>> 0,
        timestamp: block.time,
        tx_count: block.nTx,
        size: block.size,
        weight: block.weight,
        merkle_root: block.merkleroot,
        previousblockhash: block.previousblockhash ?? null,
        mediantime: block.mediantime,
        nonce: block.nonce,
        bits,
        difficulty: difficultyOf(bits),
      },
      transactions: block.tx.map(keep),
    };
  }

  async function readMempool(): Promise<readonly EsploraTransaction[]> {
    const txids = z.array(z.string()).parse(await rpc.call('getrawmempool'));
    const known = new Map(view.mempool.map((one) => [one.txid, one]));
    if (known.size === txids.length && txids.every((txid) => known.has(txid))) return view.mempool;
    const raw = await rpc.batch(
      txids.map((txid) => ({ method: 'getrawtransaction', params: [txid, 1] })),
    );
    // A parent may stand behind its child in the list.
    const waiting = z.array(RpcTransaction).parse(raw);
    const mempool: EsploraTransaction[] = [];
    while (mempool.length < txids.length) {
      const ready = waiting.findIndex(({ vin }) =>
        vin.every(({ txid }) => txid === undefined || transactions.has(txid)),
      );
      const [next] = waiting.splice(Math.max(ready, 0), 1);
      if (!next || ready < 0) throw new Error('a transaction in the mempool has unknown inputs');
      mempool.push(keep(next));
    }
    return mempool;
  }

  function keep(transaction: RpcTransaction): EsploraTransaction {
    const known = transactions.get(transaction.txid);
    if (known) return known;
    const { txid, version, locktime, size, weight } = transaction;
    const vin = transaction.vin.map(formatRpcInput);
    const vout = transaction.vout.map(({ value, scriptPubKey }) =>
      formatOutput(scriptPubKey.hex, value),
    );
    const paid = vin.reduce((sum, { prevout }) => sum + (prevout?.value ?? 0), 0);
    const received = vout.reduce((sum, { value }) => sum + value, 0);
    const fee = vin.some(({ is_coinbase }) => is_coinbase) ? 0 : paid - received;
    const formatted = { txid, version: version >>> 0, locktime, vin, vout, size, weight, fee };
    transactions.set(txid, formatted);
    return formatted;
  }

  function formatRpcInput(input: z.infer<typeof RpcInput>): EsploraInput {
    const { coinbase, txid = '', vout = 0, scriptSig, txinwitness, sequence } = input;
    if (coinbase !== undefined) return formatCoinbase(coinbase, txinwitness, sequence);
    const prevout = transactions.get(txid)?.vout[vout];
    if (!prevout) throw new Error(`output ${txid}:${vout} is spent before it is known`);
    return formatInput({
      txid,
      vout,
      prevout,
      scriptsig: scriptSig?.hex ?? '',
      witness: txinwitness,
      sequence,
    });
  }

  async function readNow(): Promise<EsploraView> {
    // Between the two calls a block may take transactions out of the mempool: then once more.
    for (;;) {
      const blocks = await readBlocks();
      if (blocks !== view.blocks) view = { blocks, mempool: view.mempool };
      const mempool = await readMempool();
      const best = z.string().parse(await rpc.call('getbestblockhash'));
      if (best !== blocks.at(-1)?.header.id) continue;
      if (mempool !== view.mempool) view = { blocks, mempool };
      return view;
    }
  }

  return {
    readView() {
      reading ??= readNow().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    close: () => rpc.close(),
  };
}
