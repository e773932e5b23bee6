import type { EsploraView } from '../support/esploraFormat.ts';
import {
  type EsploraIndex,
  indexView,
  listFrom,
  statsOf,
  statusOf,
  unspentOf,
} from '../support/esploraIndex.ts';
import type { WireReply } from './wire.ts';

const indexes = new WeakMap<EsploraView, EsploraIndex>();

/** An electrs server's answer to one path below `/api`. */
export function answerEsplora(view: EsploraView, path: string, unspentLimit: number): WireReply {
  const index = indexes.get(view) ?? indexView(view);
  indexes.set(view, index);
  const { blocks } = view;
  const [room, name = '', part, kind, last] = path.split('/').slice(2);
  const notFound = { status: 404, body: 'not found' };
  switch (room) {
    case 'blocks':
      if (name !== 'tip') {
        return blocks[Number(name)] ? json(listFrom(blocks, Number(name))) : notFound;
      }
      return text(blocks.at(-1)?.header.id ?? '');
    case 'block-height': {
      const block = blocks[Number(name)];
      return block ? text(block.header.id) : notFound;
    }
    case 'block': {
      const header = index.blocksByHash.get(name);
      return header ? json(header) : notFound;
    }
    case 'tx':
      return json(statusOf(index.blocksByTxid.get(name)));
    case 'address':
      break;
    default:
      return notFound;
  }
  const { confirmed, mempool } = index.history(name);
  if (part === undefined) {
    const all = confirmed.map(({ transaction }) => transaction);
    return json({
      address: name,
      chain_stats: statsOf(all, name),
      mempool_stats: statsOf(mempool, name),
    });
  }
  if (part === 'utxo') {
    const unspent = unspentOf(index, name, unspentLimit);
    if (unspent) return json(unspent);
    return { status: 400, body: `Too many unspent transaction outputs (>${unspentLimit}).` };
  }
  if (kind === 'mempool') {
    return json(mempool.slice(0, 50).map((one) => ({ ...one, status: statusOf(undefined) })));
  }
  const newest = confirmed.toReversed();
  const seen = newest.findIndex(({ transaction }) => transaction.txid === last);
  const start = last === undefined ? 0 : seen < 0 ? newest.length : seen + 1;
  const page = newest.slice(start, start + 25);
  return json(page.map(({ transaction, block }) => ({ ...transaction, status: statusOf(block) })));
}

function json(value: unknown): WireReply {
  return { status: 200, body: JSON.stringify(value) };
}

function text(body: string): WireReply {
  return { status: 200, body };
}
