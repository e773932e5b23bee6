import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { formatUnits } from '../../src/core/formatUnits.ts';

/** A call as the server received it. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
  /** The header of that name. */
  readonly authorization: string | undefined;
}

/**
 * What the server does about a call: a result, an error, any other HTTP answer, or nothing (`silence`),
 * a closed connection (`reset`), or half an answer and then a closed connection (`cut`).
 */
export type RpcReply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | 'silence'
  | 'reset'
  | 'cut';

/**
 * A JSON-RPC server on loopback that speaks as Bitcoin Core does
 * (https://developer.bitcoin.org/reference/rpc), and misbehaves as it is told.
 */
export interface JsonRpcServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** All calls so far, in the order of their coming. */
  readonly calls: readonly RpcCall[];
}

const Call = z.object({ id: z.unknown(), method: z.string(), params: z.array(z.unknown()) });

/**
 * @param answer decides each call; `times` counts the calls of that method, from 1. Amounts in a
 * result are satoshis as `bigint`: they are written as Core writes them, in BTC with eight places.
 */
export async function startJsonRpcServer(
  answer: (call: RpcCall, times: number) => RpcReply | Promise<RpcReply>,
): Promise<JsonRpcServer> {
  const calls: RpcCall[] = [];
  const server = createServer(async (request, response) => {
    const { id, method, params } = Call.parse(JSON.parse(await readBody(request)));
    const call = { method, params, authorization: request.headers.authorization };
    calls.push(call);
    const times = calls.filter((one) => one.method === method).length;
    reply(response, id, await answer(call, times));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** JSON with each `bigint` as a number in BTC, all eight places written. */
export function coreJson(value: unknown): string {
  const mark = '\u0001';
  const text = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? `${mark}${formatUnits(member, 8)}${mark}` : member,
  );
  return text.replace(/"\\u0001([^"]*)\\u0001"/g, '$1');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, id: unknown, what: RpcReply): void {
  if (what === 'silence') return;
  if (what === 'reset') {
    response.destroy();
    return;
  }
  if (what === 'cut') {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{"jsonrpc":"2.0","result":', () => response.destroy());
    return;
  }
  if ('status' in what) {
    response.writeHead(what.status, what.headers);
    response.end(what.body);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${coreJson({ jsonrpc: '2.0', ...what, id })}\n`);
}
