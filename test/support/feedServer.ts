import { once } from 'node:events';
import { createServer } from 'node:http';
import { address } from 'bitcoinjs-lib';

/** What the server does about a request: JSON, any other answer, or nothing at all. */
export type FeedReply =
  | { readonly json: unknown }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | 'hang';

/** A stand-in for an issuer's feed, on loopback. */
export interface FeedServer extends AsyncDisposable {
  /** `http://127.0.0.1:port/feed` */
  readonly url: string;
  /** Queries in the order they came: `?pageIndex=1&pageSize=200`. */
  readonly queries: readonly string[];
  /** The `authorization` header of the last request. */
  readonly authorization: string | undefined;
}

/** @param answer decides each request; `times` counts all of them, from 1 */
export async function startFeedServer(
  answer: (query: URLSearchParams, times: number) => FeedReply,
): Promise<FeedServer> {
  const queries: string[] = [];
  let authorization: string | undefined;
  const server = createServer((request, response) => {
    const { search, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    queries.push(search);
    authorization = request.headers.authorization;
    const reply = answer(searchParams, queries.length);
    if (reply === 'hang') return;
    if ('json' in reply) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.json));
      return;
    }
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${bound.port}/feed`,
    queries,
    get authorization() {
      return authorization;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The page of WBTC's list that a query asks for; `cap` is the most that the server gives. */
export function wbtcPage(entries: readonly unknown[], query: URLSearchParams, cap = 500) {
  const pageIndex = Number(query.get('pageIndex') ?? '1');
  const pageSize = Math.min(cap, Number(query.get('pageSize') ?? '10'));
  const data = entries.slice((pageIndex - 1) * pageSize, pageIndex * pageSize);
  return { data, total: entries.length, pageIndex, pageSize };
}

/** An entry of WBTC's list. */
export function wbtcEntry(text: string, changes: Readonly<Record<string, unknown>> = {}) {
  return { address: text, chain: 'btc', balance: '100000000', type: 'custodial', ...changes };
}

/** The page of Lombard's list that a query asks for. */
export function lombardPage(texts: readonly string[], query: URLSearchParams, cap = 1000) {
  const offset = Number(query.get('offset') ?? '0');
  const end = offset + Math.min(cap, Number(query.get('limit') ?? '10'));
  return {
    addresses: texts.slice(offset, end).map((text) => ({ btc_address: text })),
    has_more: end < texts.length,
  };
}

/** So many P2WPKH addresses, all different. */
export function makeAddresses(count: number, prefix = 'bc'): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const program = Buffer.alloc(20);
    program.writeUInt32BE(index + 1, 16);
    return address.toBech32(program, 0, prefix);
  });
}
