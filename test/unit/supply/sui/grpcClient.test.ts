import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createGrpcClient,
  type GrpcClient,
  type GrpcClientOptions,
} from '../../../../src/supply/sui/grpcClient.ts';
import { describeSuiMethods } from '../../../../src/supply/sui/suiProto.ts';
import { electrumCertificate } from '../../../support/electrumCertificate.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';
import { type SuiGrpcServer, startSuiGrpcServer } from '../../../support/suiGrpcServer.ts';

const { getServiceInfo } = describeSuiMethods();

let server: SuiGrpcServer;
let client: GrpcClient;
let answer: (times: number) => Record<string, unknown> | Promise<never>;
let behave: ((stream: ServerHttp2Stream) => void) | undefined;

beforeEach(async () => {
  answer = () => ({ chainId: 'mainnet' });
  behave = undefined;
  server = await startSuiGrpcServer(
    (_, times) => answer(times),
    (stream) => {
      behave?.(stream);
      return behave !== undefined;
    },
  );
  client = connect();
});
afterEach(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

function connect(more: Partial<GrpcClientOptions> = {}): GrpcClient {
  return createGrpcClient({
    url: server.url,
    source: { id: `grpc+${server.url}`, operator: 'test', kind: 'sui' },
    timeoutMs: 5_000,
    maxBytes: 1024,
    wait: async () => {},
    ...more,
  });
}

const call = (signal?: AbortSignal) => client.call(getServiceInfo, {}, signal);

async function reconnect(more: Partial<GrpcClientOptions>): Promise<void> {
  await client.close();
  client = connect(more);
}

async function portOf(listening: Server): Promise<number> {
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  return z.object({ port: z.int() }).parse(listening.address()).port;
}

describe('createGrpcClient', () => {
  it('gives the message as it was decoded', async () => {
    expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
  });

  it.each<[string, Code, string, number]>([
    ['UNAVAILABLE', Code.Unavailable, 'SOURCE_SERVER_ERROR', 2],
    ['RESOURCE_EXHAUSTED', Code.ResourceExhausted, 'SOURCE_RATE_LIMITED', 2],
    ['UNAUTHENTICATED', Code.Unauthenticated, 'SOURCE_UNAUTHORIZED', 1],
    ['PERMISSION_DENIED', Code.PermissionDenied, 'SOURCE_UNAUTHORIZED', 1],
    ['INVALID_ARGUMENT', Code.InvalidArgument, 'SOURCE_RPC_ERROR', 1],
    ['INTERNAL', Code.Internal, 'SOURCE_RPC_ERROR', 1],
    ['UNIMPLEMENTED', Code.Unimplemented, 'SOURCE_RPC_ERROR', 1],
    ['CANCELLED', Code.Canceled, 'SOURCE_RPC_ERROR', 1],
    ['DEADLINE_EXCEEDED', Code.DeadlineExceeded, 'SOURCE_RPC_ERROR', 1],
  ])(
    'gives an error to the status %s, without the words beside it',
    async (name, status, code, calls) => {
      answer = () => {
        throw new ConnectError('secret words of the server', status);
      };
      const error = await rejection(call);
      expect(error.code).toBe(code);
      if (status !== Code.ResourceExhausted) expect(error.facts).toMatchObject({ rpcCode: name });
      expect(`${error.message} ${JSON.stringify(error.facts)}`).not.toContain('secret');
      expect(server.calls).toHaveLength(calls);
    },
  );

  it.each<[string, (stream: ServerHttp2Stream) => void]>([
    ['a stream', (stream) => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM)],
    ['a connection', ({ session }) => session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM)],
  ])('waits a second where a server ends %s and asks for calm', async (_, ask) => {
    const waits: number[] = [];
    await reconnect({ wait: async (ms) => waits.push(ms) });
    behave = ask;
    expect(await rejectionCode(call)).toBe('SOURCE_RATE_LIMITED');
    expect(waits).toEqual([1000]);
  });

  it('takes NOT_FOUND for an answer', async () => {
    answer = () => {
      throw new ConnectError('', Code.NotFound);
    };
    expect((await call()).message).toBeUndefined();
  });

  it('asks once more where that may help', async () => {
    answer = (times) => {
      if (times === 1) throw new ConnectError('', Code.Unavailable);
      return { chainId: 'mainnet' };
    };
    expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
    expect(server.calls).toHaveLength(2);
  });

  it('waits as long as it is asked to, and does not where that is too long', async () => {
    const waits: number[] = [];
    await reconnect({ wait: async (ms) => waits.push(ms) });
    answer = (times) => {
      if (times === 1) throw new ConnectError('', Code.ResourceExhausted, { 'retry-after': '7' });
      return { chainId: 'mainnet' };
    };
    await call();
    expect(waits).toEqual([7000]);
    answer = () => {
      throw new ConnectError('', Code.ResourceExhausted, { 'retry-after': '600' });
    };
    const error = await rejection(call);
    expect([error.code, error.facts.retryAfterSeconds]).toEqual(['SOURCE_RATE_LIMITED', 600]);
    expect(waits).toEqual([7000]);
  });

  it.each<[number, string]>([
    [302, 'SOURCE_RESPONSE_INVALID'],
    [400, 'SOURCE_RESPONSE_INVALID'],
    [401, 'SOURCE_UNAUTHORIZED'],
    [403, 'SOURCE_UNAUTHORIZED'],
    [404, 'SOURCE_RESPONSE_INVALID'],
    [429, 'SOURCE_RATE_LIMITED'],
    [500, 'SOURCE_SERVER_ERROR'],
    [502, 'SOURCE_SERVER_ERROR'],
    [503, 'SOURCE_SERVER_ERROR'],
  ])('judges a proxy that answers with HTTP %i as it is judged elsewhere', async (status, code) => {
    behave = (stream) => {
      stream.respond({
        ':status': status,
        'content-type': 'text/html',
        location: 'http://x.invalid',
      });
      stream.end('<html>secret</html>');
    };
    const error = await rejection(call);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('secret');
  });

  it.each<[string, Record<string, string>, Buffer]>([
    ['a page', { 'content-type': 'text/html' }, Buffer.from('<html>hello</html>')],
    ['no message', { 'content-type': 'application/grpc' }, Buffer.alloc(0)],
    ['half a message', { 'content-type': 'application/grpc' }, Buffer.from([0, 0, 0, 0, 9, 1])],
    ['no protobuf', { 'content-type': 'application/grpc' }, Buffer.from([0, 0, 0, 0, 2, 10, 99])],
    [
      'text that is not UTF-8',
      { 'content-type': 'application/grpc' },
      Buffer.from([0, 0, 0, 0, 3, 10, 1, 0xff]),
    ],
    [
      'a compression that it was not offered',
      { 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' },
      Buffer.from([1, 0, 0, 0, 1, 0]),
    ],
    [
      'an encoding that is none',
      { 'content-type': 'application/grpc', 'grpc-status': '5', 'grpc-message': '%secret' },
      Buffer.alloc(0),
    ],
  ])('does not believe a server that answers with %s', async (_, headers, body) => {
    behave = (stream) => {
      stream.respond({ ':status': 200, ...headers });
      stream.end(body);
    };
    const error = await rejection(call);
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).not.toContain('secret');
  });

  it('does not read a message that says that it is longer than it may be', async () => {
    behave = (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.write(Buffer.from([0, 0, 0, 4, 1]));
    };
    const error = await rejection(call);
    expect(error.code).toBe('SOURCE_RESPONSE_TOO_LARGE');
    expect(error.facts).toMatchObject({ request: 'GetServiceInfo', limitBytes: 1024 });
  });

  it('gives up a call that is not answered in time, or whose answer does not end', async () => {
    await reconnect({ timeoutMs: 50 });
    answer = () => new Promise(() => {});
    const error = await rejection(call);
    expect(error.code).toBe('SOURCE_TIMEOUT');
    expect(error.facts).toMatchObject({ request: 'GetServiceInfo', timeoutMs: 50 });
    behave = (stream) => stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    expect(await rejectionCode(call)).toBe('SOURCE_TIMEOUT');
  });

  it('asks over another connection once a call was not answered in time', async () => {
    await reconnect({ timeoutMs: 500 });
    const dead = new Set<ServerHttp2Stream['session']>();
    behave = ({ session }) => void dead.add(session);
    expect(await rejectionCode(call)).toBe('SOURCE_TIMEOUT');
    behave = undefined;
    expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
    expect(dead.size).toBe(1);
    expect([...server.sessions].filter((session) => dead.has(session))).toHaveLength(0);
  });

  it('gives up when the caller does', async () => {
    expect(await rejectionCode(() => call(AbortSignal.abort()))).toBe('SOURCE_TIMEOUT');
    expect(server.calls).toEqual([]);
    const cancel = new AbortController();
    answer = () => {
      cancel.abort();
      return new Promise(() => {});
    };
    const error = await rejection(() => call(cancel.signal));
    expect([error.code, error.message]).toEqual([
      'SOURCE_TIMEOUT',
      expect.stringContaining('cancelled'),
    ]);
  });

  it('makes five calls at a time', async () => {
    const going = { now: 0, most: 0 };
    const ends: (() => void)[] = [];
    behave = (stream) => {
      going.most = Math.max(going.most, ++going.now);
      ends.push(() => {
        going.now--;
        stream.respond({ ':status': 404 });
        stream.end();
      });
      if (ends.length === 5 || ends.length === 7) for (const end of ends.splice(0)) end();
    };
    const calls = Array.from({ length: 10 }, () => rejectionCode(call));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['SOURCE_RESPONSE_INVALID']));
    expect(going).toEqual({ now: 0, most: 5 });
  });
});

describe('the connection of a gRPC client', () => {
  it('that is refused makes the server unreachable', async () => {
    const closed = createServer();
    const port = await portOf(closed);
    closed.close();
    await reconnect({ url: `http://127.0.0.1:${port}` });
    const error = await rejection(call);
    expect(error.code).toBe('SOURCE_UNREACHABLE');
    expect(error.facts).toMatchObject({ reason: 'ECONNREFUSED' });
  });

  it('that breaks makes it so too, and is made anew for the next call', async () => {
    behave = (stream) => stream.session?.destroy();
    expect(await rejectionCode(call)).toBe('SOURCE_UNREACHABLE');
    behave = undefined;
    expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
  });

  it('that the server says goodbye to is made anew for the next call', async () => {
    await call();
    for (const session of server.sessions) session.goaway();
    expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
    expect(server.calls).toHaveLength(2);
  });

  it('that is quiet for longer than a call may take is ended', async () => {
    await reconnect({ timeoutMs: 500 });
    await call();
    await server.allClosed();
    expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
  });

  it('to a server that says nothing is given up, and closed', async () => {
    const ended = Promise.withResolvers<void>();
    const silent = createServer((socket) => {
      socket.resume().once('close', () => ended.resolve());
    });
    await reconnect({ url: `http://127.0.0.1:${await portOf(silent)}`, timeoutMs: 50 });
    expect(await rejectionCode(call)).toBe('SOURCE_TIMEOUT');
    await client.close();
    await ended.promise;
    silent.close();
    await once(silent, 'close');
  });

  it('to a server that speaks HTTP/1 alone is no answer', async () => {
    const old = createHttpServer((_, response) => response.end('hello'));
    await reconnect({ url: `http://127.0.0.1:${await portOf(old)}`, timeoutMs: 1_000 });
    expect(await rejectionCode(call)).toBe('SOURCE_UNREACHABLE');
    await client.close();
    old.closeAllConnections();
    old.close();
    await once(old, 'close');
  });

  it('ends when the client is closed, and with it what is under way; none is made after', async () => {
    await call();
    expect(server.sessions.size).toBe(1);
    const asked = Promise.withResolvers<void>();
    answer = () => {
      asked.resolve();
      return new Promise(() => {});
    };
    const unanswered = rejectionCode(call);
    await asked.promise;
    const closed = server.allClosed();
    await client.close();
    await closed;
    expect(await unanswered).toBe('SOURCE_UNREACHABLE');
    expect(await rejectionCode(call)).toBe('SOURCE_UNREACHABLE');
    expect(server.sessions.size).toBe(0);
  });

  it('is made over TLS to a server whose certificate is known, and to no other', async () => {
    await using secure = await startSuiGrpcServer(
      () => ({ chainId: 'mainnet' }),
      undefined,
      electrumCertificate,
    );
    const url = secure.url.replace('127.0.0.1', 'localhost');
    await reconnect({ url });
    const error = await rejection(call);
    expect(error.code).toBe('SOURCE_UNREACHABLE');
    expect(error.facts).toMatchObject({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, electrumCertificate.cert]);
    try {
      await reconnect({ url });
      expect((await call()).message).toMatchObject({ chainId: 'mainnet' });
      await client.close();
    } finally {
      setDefaultCACertificates(before);
    }
  });
});
