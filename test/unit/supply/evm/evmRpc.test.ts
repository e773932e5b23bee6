import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEvmRpc, type EvmRpc } from '../../../../src/supply/evm/evmRpc.ts';
import type { RpcCall } from '../../../../src/supply/evm/guardReads.ts';
import { type EvmRpcServer, RpcFailure, startEvmRpcServer } from '../../../support/evmRpcServer.ts';

const source = { id: 'http://evm.example', operator: 'evm.example', kind: 'evm' };
const block = (height: number): RpcCall => ({
  method: 'eth_getBlockByNumber',
  params: [`0x${height.toString(16)}`, false],
});
const blocks = (count: number) => Array.from({ length: count }, (_, height) => block(height));

let server: EvmRpcServer;
let rpc: EvmRpc;
let waits: number[];

beforeEach(async () => {
  server = await startEvmRpcServer(Array.from({ length: 30 }, (_, height) => 1_000 + height));
  waits = [];
  rpc = connect(server.url);
});
afterEach(async () => {
  await rpc.close();
  await server.close();
});

function connect(url: string, timeoutMs = 5_000): EvmRpc {
  return createEvmRpc({ url, source, timeoutMs, wait: async (ms) => waits.push(ms) });
}

const numbersOf = (answers: readonly unknown[]) =>
  answers.map((answer) =>
    Number(
      typeof answer === 'object' && answer && 'result' in answer
        ? Object(answer.result).number
        : Number.NaN,
    ),
  );
const failure = (code: string) => expect.objectContaining({ code });

describe('createEvmRpc', () => {
  it('sends up to 10 calls in one request, and more in several', async () => {
    expect(numbersOf(await rpc.send(blocks(10)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(server.requests.map((calls) => calls.length)).toEqual([10]);
    expect(numbersOf(await rpc.send(blocks(23)))).toEqual(blocks(23).map((_, index) => index));
    expect(server.requests.slice(1).map((calls) => calls.length)).toEqual([10, 10, 3]);
  });

  it('sends nothing for no calls', async () => {
    expect(await rpc.send([])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('gives each answer to the call that it belongs to', async () => {
    server.rewriteBatch = (answers) => answers.toReversed();
    expect(numbersOf(await rpc.send(blocks(3)))).toEqual([0, 1, 2]);
  });

  it.each([
    ['bare', { status: 200, body: '{"id":null,"error":{"code":-32600,"message":"too many"}}' }],
    ['in a list', { status: 200, body: '[{"id":null,"error":{"code":-32600,"message":"no"}}]' }],
    ['as HTTP 400', { status: 400, body: 'batches are not supported' }],
    ['as HTTP 413', { status: 413, body: '' }],
  ])('sends single calls, then and later, when batches are refused (%s)', async (_, reply) => {
    server.intercept = (calls) => (calls.length > 1 ? reply : undefined);
    expect(numbersOf(await rpc.send(blocks(4)))).toEqual([0, 1, 2, 3]);
    expect(numbersOf(await rpc.send(blocks(2)))).toEqual([0, 1]);
    expect(server.requests.map((calls) => calls.length)).toEqual([4, 1, 1, 1, 1, 1, 1]);
  });

  it('asks again for the calls of a batch that were too many, and for no others', async () => {
    let refusals = 2;
    server.override = () => {
      refusals -= 1;
      if (refusals >= 0) throw new RpcFailure(429, 'compute units exceeded');
      return undefined;
    };
    expect(numbersOf(await rpc.send(blocks(4)))).toEqual([0, 1, 2, 3]);
    expect(server.requests.map((calls) => calls.length)).toEqual([4, 2]);
    expect(waits).toEqual([1_000]);
  });

  it('gives up when they are too many again', async () => {
    server.override = () => {
      throw new RpcFailure(-32005, 'limit exceeded');
    };
    await expect(rpc.send(blocks(2))).rejects.toThrow(failure('SOURCE_RATE_LIMITED'));
    expect(server.requests).toHaveLength(2);
  });

  it('waits as Retry-After says and asks once more', async () => {
    server.intercept = (_, request) =>
      request === 1 ? { status: 429, headers: { 'retry-after': '3' }, body: '' } : undefined;
    expect(numbersOf(await rpc.send([block(7)]))).toEqual([7]);
    expect(waits).toEqual([3_000]);
  });

  it('gives up after the second 429', async () => {
    server.intercept = () => ({ status: 429, headers: { 'retry-after': '2' }, body: '' });
    await expect(rpc.send([block(7)])).rejects.toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      facts: { source: source.id, retryAfterSeconds: 2 },
    });
    expect(server.requests).toHaveLength(2);
  });

  it('does not wait for an hour', async () => {
    server.intercept = () => ({ status: 429, headers: { 'retry-after': '3600' }, body: '' });
    await expect(rpc.send([block(7)])).rejects.toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      facts: { retryAfterSeconds: 3_600 },
    });
    expect(server.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('asks once more after a cut connection', async () => {
    server.intercept = (_, request) => (request === 1 ? 'reset' : undefined);
    expect(numbersOf(await rpc.send([block(7)]))).toEqual([7]);
    expect(waits).toEqual([250]);
  });

  it.each([
    ['HTML with 200', { body: '<html>SECRET</html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['truncated JSON', { body: '{"jsonrpc":"2.0","id":1,"resu' }, 'SOURCE_RESPONSE_INVALID'],
    ['an empty body', { body: '' }, 'SOURCE_RESPONSE_INVALID'],
    ['JSON null', { body: 'null' }, 'SOURCE_RESPONSE_INVALID'],
    ['an empty list', { body: '[]' }, 'SOURCE_RESPONSE_INVALID'],
    ['404', { status: 404, body: 'SECRET' }, 'SOURCE_RESPONSE_INVALID'],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      'SOURCE_RESPONSE_INVALID',
    ],
    ['401', { status: 401, body: 'SECRET' }, 'SOURCE_UNAUTHORIZED'],
    ['403', { status: 403, body: 'SECRET' }, 'SOURCE_UNAUTHORIZED'],
    ['500', { status: 500, body: 'SECRET' }, 'SOURCE_SERVER_ERROR'],
    ['503', { status: 503, body: '<html>SECRET' }, 'SOURCE_SERVER_ERROR'],
    ['a cut connection', 'reset' as const, 'SOURCE_UNREACHABLE'],
  ])('fails with a code of its own on %s', async (_, behaviour, code) => {
    server.intercept = () => behaviour;
    for (const calls of [blocks(1), blocks(3)]) {
      const error = await rpc.send(calls).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: 'AssayError', code });
      expect(everythingIn(error)).not.toMatch(/SECRET/);
    }
  });

  it('fails when nothing comes', async () => {
    server.intercept = () => 'silence';
    const hasty = connect(server.url, 50);
    await expect(hasty.send([block(7)])).rejects.toThrow(failure('SOURCE_TIMEOUT'));
    await hasty.close();
  });

  it('fails when nobody listens, naming neither path nor key', async () => {
    const { url } = server;
    await server.close();
    server = await startEvmRpcServer([1]);
    const error = await rpc.send([block(7)]).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', facts: { reason: 'ECONNREFUSED' } });
    expect(everythingIn(error)).not.toMatch(/SECRET/);
    expect(url).toMatch(/SECRET/);
  });

  it('refuses more than 16 MiB', async () => {
    server.intercept = () => ({ body: `"${'x'.repeat(17 * 2 ** 20)}"` });
    await expect(rpc.send([block(7)])).rejects.toThrow(failure('SOURCE_RESPONSE_TOO_LARGE'));
  });

  it('refuses answers that belong to no call', async () => {
    server.rewriteBatch = (answers) => answers.map((answer) => ({ ...answer, id: 1 }));
    await expect(rpc.send(blocks(3))).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });

  it('stops when the caller gives up, before and during a request', async () => {
    await expect(rpc.send([block(7)], AbortSignal.abort())).rejects.toThrow(
      failure('SOURCE_TIMEOUT'),
    );
    expect(server.requests).toHaveLength(0);
    const caller = new AbortController();
    server.intercept = () => {
      caller.abort();
      return 'silence';
    };
    await expect(rpc.send([block(7)], caller.signal)).rejects.toThrow(failure('SOURCE_TIMEOUT'));
  });

  it('sends user and password as basic authorisation', async () => {
    const seen: unknown[] = [];
    server.onHeaders = (headers) => seen.push(headers.authorization);
    const withPassword = connect(server.url.replace('http://', 'http://user:p%40ss@'));
    await withPassword.send([block(1)]);
    expect(seen).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
    await withPassword.close();
  });
});

/** All that a log could show of an error and its causes. */
function everythingIn(thrown: unknown): string {
  const parts: string[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause) {
    parts.push(error.message, String(error.stack), JSON.stringify(error));
  }
  return parts.join('\n');
}
