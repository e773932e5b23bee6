import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type CoreRpc, createCoreRpc } from '../../../src/bitcoin/coreRpc.ts';
import { parseBitcoinSourceUrl } from '../../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import {
  type JsonRpcServer,
  type RpcCall,
  type RpcReply,
  startJsonRpcServer,
} from '../../support/jsonRpcServer.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';

const timeoutMs = 10_000;
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function connect(url: string, maxAnswerBytes = 1_000_000): CoreRpc {
  const rpc = createCoreRpc(parseBitcoinSourceUrl(url), { maxAnswerBytes });
  open.push({ [Symbol.asyncDispose]: () => rpc.close() });
  return rpc;
}

async function serve(
  answer: (call: RpcCall, times: number) => RpcReply | Promise<RpcReply>,
): Promise<{ server: JsonRpcServer; rpc: CoreRpc }> {
  const server = await startJsonRpcServer(answer);
  open.push(server);
  return { server, rpc: connect(`core+http://user:s3cret@127.0.0.1:${server.port}`) };
}

/** The error that a call ends in when the server replies so. */
async function failure(reply: RpcReply): Promise<AssayError> {
  const { rpc } = await serve(() => reply);
  return rejection(() => rpc.call('getbestblockhash', [], { timeoutMs }));
}

const page = '<!doctype html><title>Sign in</title>';

describe('createCoreRpc', () => {
  it('sends user and password, and gives the result', async () => {
    const { server, rpc } = await serve(({ params }) => ({ result: params }));
    expect(await rpc.call('echo', [1, 'a'], { timeoutMs })).toEqual({ result: [1, 'a'] });
    const credentials = Buffer.from('user:s3cret').toString('base64');
    expect(server.calls).toEqual([
      { method: 'echo', params: [1, 'a'], authorization: `Basic ${credentials}` },
    ]);
  });

  it('gives amounts as the digits that the node wrote', async () => {
    const { rpc } = await serve(() => ({ result: { amount: 2_099_999_999_999_999n } }));
    expect(await rpc.call('x', [], { timeoutMs })).toEqual({
      result: { amount: '=20999999.99999999' },
    });
  });

  it('gives an error of the node, whether it comes with status 200 or 500', async () => {
    const error = { code: -8, message: 'Block height out of range' };
    const old = JSON.stringify({ result: null, error, id: 1 });
    for (const reply of [{ error }, { status: 500, body: old }]) {
      const { rpc } = await serve(() => reply);
      expect(await rpc.call('getblockhash', [9], { timeoutMs })).toEqual({ error });
    }
  });

  it('answers many calls at a time', async () => {
    const { rpc } = await serve(({ params }) => ({ result: params[0] }));
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(numbers.map((n) => rpc.call('echo', [n], { timeoutMs })));
    expect(answers).toEqual(numbers.map((result) => ({ result })));
  });

  it.each<[string, RpcReply, string]>([
    ['a wrong password', { status: 401, body: '' }, 'SOURCE_UNAUTHORIZED'],
    ['a forbidden address', { status: 403, body: page }, 'SOURCE_UNAUTHORIZED'],
    ['a page with status 200', { status: 200, body: page }, 'SOURCE_RESPONSE_INVALID'],
    ['truncated JSON', { status: 200, body: '{"result":[1,' }, 'SOURCE_RESPONSE_INVALID'],
    ['JSON that is no answer', { status: 200, body: '[]' }, 'SOURCE_RESPONSE_INVALID'],
    ['another call', { status: 200, body: '{"result":1,"id":7}' }, 'SOURCE_RESPONSE_INVALID'],
    ['a redirection', { status: 302, body: '' }, 'SOURCE_RESPONSE_INVALID'],
    ['a page with status 404', { status: 404, body: page }, 'SOURCE_RESPONSE_INVALID'],
    ['a page with status 500', { status: 500, body: page }, 'SOURCE_SERVER_ERROR'],
    ['a gateway that waits in vain', { status: 504, body: page }, 'SOURCE_SERVER_ERROR'],
    ['a full queue', { status: 503, body: 'Work queue depth exceeded' }, 'SOURCE_BUSY'],
    ['a closed connection', 'reset', 'SOURCE_UNREACHABLE'],
    ['half an answer', 'cut', 'SOURCE_UNREACHABLE'],
  ])('reports %s', async (_, reply, code) => {
    expect((await failure(reply)).code).toBe(code);
  });

  it('reports how long to wait after 429', async () => {
    const error = await failure({ status: 429, headers: { 'retry-after': '17' }, body: page });
    expect(error.code).toBe('SOURCE_RATE_LIMITED');
    expect(error.facts).toMatchObject({ retryAfterSeconds: 17 });
  });

  it('reports a port at which nobody listens', async () => {
    const server = await startJsonRpcServer(() => 'silence');
    await server[Symbol.asyncDispose]();
    const rpc = connect(`core+http://127.0.0.1:${server.port}`);
    const error = await rejection(() => rpc.call('x', [], { timeoutMs }));
    expect(error.code).toBe('SOURCE_UNREACHABLE');
    expect(error.facts).toMatchObject({ reason: 'ECONNREFUSED' });
  });

  it('reports a server that speaks something else than HTTP', async () => {
    const server = createServer((socket) => {
      socket.end('220 mail.example ESMTP\r\n', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    open.push({
      [Symbol.asyncDispose]: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
        }),
    });
    const rpc = connect(`core+http://127.0.0.1:${address.port}`);
    expect(await rejectionCode(() => rpc.call('x', [], { timeoutMs }))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
  });

  it('reports a server that says nothing at all', async () => {
    const { rpc } = await serve(() => 'silence');
    expect(await rejectionCode(() => rpc.call('x', [], { timeoutMs: 30 }))).toBe('SOURCE_TIMEOUT');
  });

  it('stops when the caller does, with the reason that the caller gave', async () => {
    const caller = new AbortController();
    const { rpc } = await serve(() => {
      caller.abort(new AssayError('ASSET_UNKNOWN'));
      return 'silence';
    });
    const call = () => rpc.call('x', [], { timeoutMs, signal: caller.signal });
    expect(await rejectionCode(call)).toBe('ASSET_UNKNOWN');
    expect(await rejectionCode(call)).toBe('ASSET_UNKNOWN');
  });

  it('refuses an answer that is too large without reading it to its end', async () => {
    const { server } = await serve(() => ({ result: 'x'.repeat(2_000_000) }));
    const rpc = connect(`core+http://127.0.0.1:${server.port}`, 1_000_000);
    expect(await rejectionCode(() => rpc.call('x', [], { timeoutMs }))).toBe(
      'SOURCE_RESPONSE_TOO_LARGE',
    );
  });

  it('says neither the password nor what the server wrote', async () => {
    const replies: RpcReply[] = [
      { status: 401, body: 's3cret is wrong' },
      { status: 200, body: 's3cret <html>' },
      { status: 500, body: 's3cret' },
      'reset',
    ];
    for (const reply of replies) {
      const error = await failure(reply);
      const cause =
        error.cause instanceof Error ? `${error.cause.message}${error.cause.stack}` : '';
      const shown = `${error.message} ${error.fix} ${JSON.stringify(error.facts)} ${cause}`;
      expect(shown).not.toContain('s3cret');
      expect(shown).not.toContain(Buffer.from('user:s3cret').toString('base64'));
    }
  });
});

describe('createCoreRpc with a cookie file', () => {
  async function cookieFile(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'assay-cookie-'));
    open.push({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) });
    return join(folder, '.cookie');
  }

  it('reads the cookie again once the node refuses the old one', async () => {
    const file = await cookieFile();
    let valid = '__cookie__:first';
    const { server } = await serve(({ authorization }) =>
      authorization === `Basic ${Buffer.from(valid).toString('base64')}`
        ? { result: 'welcome' }
        : { status: 401, body: '' },
    );
    const rpc = connect(`core+http://127.0.0.1:${server.port}?cookie=${encodeURIComponent(file)}`);
    const call = () => rpc.call('x', [], { timeoutMs });

    await writeFile(file, `${valid}\n`);
    expect(await call()).toEqual({ result: 'welcome' });

    valid = '__cookie__:second';
    await writeFile(file, valid);
    expect(await call()).toEqual({ result: 'welcome' });
    expect(server.calls).toHaveLength(3);
  });

  it('asks once only where the file still has the cookie that is refused', async () => {
    const file = await cookieFile();
    await writeFile(file, '__cookie__:stale');
    const { server } = await serve(() => ({ status: 401, body: '' }));
    const rpc = connect(`core+http://127.0.0.1:${server.port}?cookie=${encodeURIComponent(file)}`);
    expect(await rejectionCode(() => rpc.call('x', [], { timeoutMs }))).toBe('SOURCE_UNAUTHORIZED');
    expect(server.calls).toHaveLength(1);
  });

  it('reports a cookie file that is not there, without showing where', async () => {
    const file = await cookieFile();
    const rpc = connect(`core+http://127.0.0.1:1?cookie=${encodeURIComponent(file)}`);
    const error = await rejection(() => rpc.call('x', [], { timeoutMs }));
    expect(error.code).toBe('SOURCE_UNAUTHORIZED');
    expect(error.facts).toMatchObject({ reason: 'ENOENT' });
    expect(error.message).not.toContain(file);
  });
});
