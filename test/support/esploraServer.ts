import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { merkleBranch } from './electrumIndex.ts';
import { findTransaction, serializeHeader, serializeTransaction } from './esploraBytes.ts';
import type { EsploraView } from './esploraFormat.ts';
import {
  type EsploraIndex,
  indexView,
  listFrom,
  statsOf,
  statusOf,
  unspentOf,
} from './esploraIndex.ts';

/**
 * A stand-in for electrs: its paths, its JSON, its limits
 * (https://github.com/Blockstream/esplora/blob/master/API.md), over whatever chain it is given.
 */
export interface EsploraServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** `http://127.0.0.1:port/api` */
  readonly apiUrl: string;
  /** The same as a source of this project: `mempool+http://…/api` */
  readonly sourceUrl: string;
  /** Paths below the API, in the order they came. */
  readonly requests: readonly string[];
  /** The most requests that were under way at once. */
  readonly mostAtOnce: number;
  stop(): Promise<void>;
}

/** What a test has the server do in place of its answer. */
export type EsploraFault =
  | {
      readonly status: number;
      readonly body: string | Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Sends the headers and half of the body that they announce, then breaks off. */
  | 'cut'
  /** Closes the connection without a byte. */
  | 'close'
  /** Never answers. */
  | 'hang';

export interface EsploraServerOptions {
  /** The chain and the mempool of this moment; the same object as long as nothing changed. */
  readonly readView: () => EsploraView | Promise<EsploraView>;
  readonly latencyMs?: number;
  readonly transactionsPerPage?: number;
  readonly mempoolTransactions?: number;
  readonly unspentLimit?: number;
  /** Below which path the API is; default `/api`. */
  readonly prefix?: string;
  /**
   * Called with each path before the chain is read: may change the chain, or give the answer.
   * @param times how often the path was asked before
   */
  readonly intercept?: (
    path: string,
    times: number,
  ) => EsploraFault | undefined | Promise<EsploraFault | undefined>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: 'application/json' | 'text/plain';
}

/** Starts the server on loopback and a free port. */
export async function startEsploraServer(options: EsploraServerOptions): Promise<EsploraServer> {
  const { prefix = '/api', latencyMs = 0 } = options;
  const requests: string[] = [];
  const counts = new Map<string, number>();
  let index: EsploraIndex | undefined;
  let underWay = 0;
  let mostAtOnce = 0;

  async function readIndex(): Promise<EsploraIndex> {
    const view = await options.readView();
    if (index?.view !== view) index = indexView(view);
    return index;
  }

  async function answer(url: string, response: ServerResponse): Promise<void> {
    if (!url.startsWith(`${prefix}/`)) return send(response, notFound('no such page'));
    const path = url.slice(prefix.length);
    requests.push(path);
    const times = counts.get(path) ?? 0;
    counts.set(path, times + 1);
    if (latencyMs > 0) await wait(latencyMs);
    const fault = await options.intercept?.(path, times);
    if (fault === 'hang') return;
    if (fault === 'close') {
      response.socket?.destroy();
      return;
    }
    if (fault !== undefined && fault !== 'cut') {
      response.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers });
      response.end(fault.body);
      return;
    }
    send(response, answerPath(await readIndex(), path, options), fault === 'cut');
  }

  const server = createServer((request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    response.once('close', () => underWay--);
    answer(request.url ?? '/', response).catch((error: unknown) => {
      // A test must not take a failure of its own server for one of the chain.
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url,
    apiUrl: `${url}${prefix}`,
    sourceUrl: `mempool+${url}${prefix}`,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function send(response: ServerResponse, { status, body, type }: Answer, cut = false): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...(status === 200 ? { 'cache-control': 'public, max-age=10' } : {}),
  });
  if (!cut) response.end(body);
  else response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
}

function answerPath(index: EsploraIndex, path: string, options: EsploraServerOptions): Answer {
  const { blocks } = index.view;
  const [room = '', name = '', part, kind, last] = path.split('/').slice(1);
  if (path === '/blocks/tip/hash') return text(blocks.at(-1)?.header.id ?? '');
  if (path === '/blocks/tip/height') return text(String(blocks.length - 1));
  if (room === 'block-height' && part === undefined) {
    if (!/^\d+$/.test(name)) return refused('Invalid number');
    const block = blocks[Number(name)];
    return block ? text(block.header.id) : notFound('Block not found');
  }
  if (room === 'blocks' && part === undefined) {
    if (blocks[Number(name)] === undefined) return notFound('Block not found');
    return json(listFrom(blocks, Number(name)));
  }
  if (room === 'block' && part === undefined) {
    const header = index.blocksByHash.get(name);
    return header ? json(header) : notFound('Block not found');
  }
  if (room === 'block' && part === 'header') {
    const header = index.blocksByHash.get(name);
    return header ? text(serializeHeader(header)) : notFound('Block not found');
  }
  if (room === 'block' && part === 'txid') {
    const height = index.blocksByHash.get(name)?.height ?? -1;
    const transaction = blocks[height]?.transactions[Number(kind)];
    return transaction ? text(transaction.txid) : notFound('tx not found');
  }
  if (room === 'tx' && part === 'hex') {
    const transaction = findTransaction(index, name);
    return transaction
      ? text(serializeTransaction(transaction))
      : notFound('Transaction not found');
  }
  if (room === 'tx' && part === 'merkle-proof') {
    const height = index.blocksByTxid.get(name)?.height;
    if (height === undefined) return notFound('Transaction not found or is unconfirmed');
    const txids = blocks[height]?.transactions.map(({ txid }) => txid) ?? [];
    const pos = txids.indexOf(name);
    return json({ block_height: height, merkle: merkleBranch(txids, pos), pos });
  }
  if (room === 'tx' && part === 'status') return json(statusOf(index.blocksByTxid.get(name)));
  const isAddress = room === 'address' && /^[0-9A-Za-z]{14,90}$/.test(name);
  if (isAddress || (room === 'scripthash' && /^[0-9a-f]{64}$/.test(name))) {
    const { confirmed, mempool } = index.history(name);
    if (part === undefined) {
      return json({
        [room]: name,
        chain_stats: statsOf(
          confirmed.map(({ transaction }) => transaction),
          name,
        ),
        mempool_stats: statsOf(mempool, name),
      });
    }
    if (part === 'utxo') {
      const limit = options.unspentLimit ?? 500;
      const unspent = unspentOf(index, name, limit);
      if (unspent) return json(unspent);
      return refused(
        `Too many unspent transaction outputs (>${limit}). Contact support to raise limits.`,
      );
    }
    if (part === 'txs' && kind === 'mempool') {
      const listed = mempool.slice(0, options.mempoolTransactions ?? 50);
      return json(listed.map((one) => ({ ...one, status: statusOf(undefined) })));
    }
    if (part === 'txs' && kind === 'chain') {
      const newest = confirmed.toReversed();
      // Like electrs: a txid that is not there skips everything.
      const seen = newest.findIndex(({ transaction }) => transaction.txid === last);
      const start = last === undefined ? 0 : seen < 0 ? newest.length : seen + 1;
      const page = newest.slice(start, start + (options.transactionsPerPage ?? 25));
      return json(
        page.map(({ transaction, block }) => ({ ...transaction, status: statusOf(block) })),
      );
    }
  }
  if (room === 'scripthash') return refused('Invalid hash string');
  if (room === 'address') return refused('Invalid Bitcoin address');
  return notFound(`endpoint does not exist "${path}"`);
}

function json(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value), type: 'application/json' };
}

function text(body: string): Answer {
  return { status: 200, body, type: 'text/plain' };
}

function refused(body: string): Answer {
  return { status: 400, body, type: 'text/plain' };
}

function notFound(body: string): Answer {
  return { status: 404, body, type: 'text/plain' };
}
