import { createHash } from 'node:crypto';
import { serializeHeader } from './esploraBytes.ts';
import type { EsploraBlock, EsploraTransaction, EsploraView } from './esploraFormat.ts';
import type { RpcCall, RpcReply } from './jsonRpcServer.ts';

/** What Bitcoin Core would answer over a chain in memory. */
export interface SyntheticNode {
  answer(call: Pick<RpcCall, 'method' | 'params'>): RpcReply;
}

const notFound: RpcReply = { error: { code: -5, message: 'Block not found' } };

/**
 * A node whose best chain is what `readView` gives at the moment of each call. It remembers abandoned
 * blocks, as a real one does; it has no mempool and checks nothing.
 */
export function createSyntheticNode(readView: () => EsploraView): SyntheticNode {
  const known = new Map<string, EsploraBlock>();

  function learn(): readonly EsploraBlock[] {
    const { blocks } = readView();
    for (const block of blocks) known.set(block.header.id, block);
    return blocks;
  }

  return {
    answer({ method, params }) {
      const blocks = learn();
      const tip = blocks.at(-1);
      if (!tip) throw new Error('the chain is empty');
      switch (method) {
        case 'getblockchaininfo':
          return {
            result: {
              chain: 'regtest',
              blocks: tip.header.height,
              headers: tip.header.height,
              bestblockhash: tip.header.id,
              difficulty: 4.656542373906925e-10,
              initialblockdownload: false,
              pruned: false,
              warnings: [],
            },
          };
        case 'getblockhash': {
          const block = blocks[Number(params[0])];
          if (block) return { result: block.header.id };
          return { error: { code: -8, message: 'Block height out of range' } };
        }
        case 'getblockheader':
        case 'getblock': {
          const block = known.get(String(params[0]));
          if (!block) return notFound;
          const header = formatHeader(block, blocks);
          if (method === 'getblockheader') {
            return { result: params[1] === false ? serializeHeader(block.header) : header };
          }
          return { result: { ...header, tx: formatTransactions(block, [...known.values()]) } };
        }
        case 'scantxoutset':
          return params[0] === 'start'
            ? { result: scan(blocks, params[1]) }
            : { result: params[0] === 'abort' ? false : null };
        default:
          return { error: { code: -32601, message: 'Method not found' } };
      }
    },
  };
}

function formatHeader(block: EsploraBlock, best: readonly EsploraBlock[]): Record<string, unknown> {
  const { id, height, timestamp, previousblockhash } = block.header;
  const inBestChain = best[height]?.header.id === id;
  return {
    hash: id,
    confirmations: inBestChain ? best.length - height : -1,
    height,
    time: timestamp,
    mediantime: timestamp,
    ...(previousblockhash === null ? {} : { previousblockhash }),
  };
}

function formatTransactions(block: EsploraBlock, all: readonly EsploraBlock[]): unknown[] {
  const heights = new Map<string, number>();
  for (const { header, transactions } of all) {
    for (const { txid } of transactions) heights.set(txid, header.height);
  }
  const coinbase = {
    txid: createHash('sha256').update(`coinbase ${block.header.id}`).digest('hex'),
    vin: [{ coinbase: '51', sequence: 0 }],
    vout: [{ value: 5_000_000_000n, n: 0, scriptPubKey: { asm: '1', hex: '51' } }],
  };
  return [
    coinbase,
    ...block.transactions.map(({ txid, vin, vout }) => ({
      txid,
      vin: vin.map((input) => ({
        txid: input.txid,
        vout: input.vout,
        scriptSig: { asm: '', hex: '' },
        prevout: {
          generated: false,
          height: heights.get(input.txid) ?? 0,
          value: BigInt(input.prevout?.value ?? 0),
          scriptPubKey: { asm: '', hex: input.prevout?.scriptpubkey ?? '' },
        },
        sequence: input.sequence,
      })),
      vout: vout.map(({ value, scriptpubkey }, n) => ({
        value: BigInt(value),
        n,
        scriptPubKey: { asm: '', hex: scriptpubkey },
      })),
      fee: 200n,
    })),
  ];
}

/** The unspent outputs of the chain that pay to one of the `raw(…)` descriptors. */
function scan(blocks: readonly EsploraBlock[], descriptors: unknown): unknown {
  const wanted = new Set(Array.isArray(descriptors) ? descriptors.map(String) : []);
  const unspent = new Map<string, { amount: bigint; [key: string]: unknown }>();
  for (const { header, transactions } of blocks) {
    for (const transaction of transactions) spendAndCreate(transaction, header);
  }
  const tip = blocks.at(-1)?.header;
  const unspents = [...unspent.values()];
  return {
    success: true,
    txouts: unspents.length,
    height: tip?.height,
    bestblock: tip?.id,
    unspents,
    total_amount: unspents.reduce((sum, { amount }) => sum + amount, 0n),
  };

  function spendAndCreate({ txid, vin, vout }: EsploraTransaction, header: EsploraBlock['header']) {
    for (const input of vin) unspent.delete(`${input.txid}:${input.vout}`);
    vout.forEach(({ scriptpubkey, value }, index) => {
      if (!wanted.has(`raw(${scriptpubkey})`)) return;
      unspent.set(`${txid}:${index}`, {
        txid,
        vout: index,
        scriptPubKey: scriptpubkey,
        desc: `raw(${scriptpubkey})#aaaaaaaa`,
        amount: BigInt(value),
        coinbase: false,
        height: header.height,
        blockhash: header.id,
        confirmations: blocks.length - header.height,
      });
    });
  }
}
