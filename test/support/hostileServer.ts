import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** What a hostile server sends to whatever it is asked. */
export type HostileMode = (typeof hostileModes)[number];

export const hostileModes = [
  'gzip of 60 MB of empty objects',
  'br of 60 MB of empty objects',
  'deflate of 60 MB of empty objects',
  'zstd of 60 MB of empty objects',
  'gzip of gzip of gzip',
  '30 million brackets',
  '60 MB of empty objects',
  '60 MB of empty lists',
  'a million wrong answers of a batch',
  'a million different keys',
  'a string of 60 MB',
  'one member within another, a million deep',
  'a byte now and then',
  'a body without end',
  'chunks of one byte',
  'headers without end',
  'a redirect to itself',
  'interim answers without end',
  'a line without end',
] as const;

export interface HostileServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections it has had. */
  readonly connections: number;
  /** Settles with the first bytes that are sent to it. */
  readonly asked: Promise<void>;
}

/** Starts a server on loopback that is hostile in one way: over HTTP, or by lines for Electrum. */
export async function startHostileServer(
  mode: HostileMode,
  protocol: 'http' | 'lines' = 'http',
): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let busy = false;
    socket.on('data', () => {
      isAsked();
      if (busy) return;
      busy = true;
      const answer = protocol === 'http' ? httpAnswer(mode) : lineAnswer(mode);
      void send(socket, answer).then(() => {
        busy = false;
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    asked,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Pieces to send one after the other; null is a pause. */
type Pieces = Iterable<string | Uint8Array | null>;

async function send(socket: Socket, pieces: Pieces): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    if (piece === null) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    } else if (!socket.write(piece)) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          socket.off('drain', go).off('close', go);
          resolve();
        };
        socket.on('drain', go).on('close', go);
      });
    }
  }
}

const megabyte = 1024 * 1024;

function* httpAnswer(mode: HostileMode): Generator<string | Uint8Array | null> {
  switch (mode) {
    case 'gzip of 60 MB of empty objects':
      return yield* whole(gzipSync(emptyObjects()), 'gzip');
    case 'br of 60 MB of empty objects':
      return yield* whole(brotli(emptyObjects()), 'br');
    case 'deflate of 60 MB of empty objects':
      return yield* whole(deflateSync(emptyObjects()), 'deflate');
    case 'zstd of 60 MB of empty objects':
      return yield* whole(zstdCompressSync(emptyObjects()), 'zstd');
    case 'gzip of gzip of gzip':
      return yield* whole(gzipSync(gzipSync(gzipSync(emptyObjects()))), 'gzip, gzip, gzip');
    case 'a byte now and then':
      yield 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n';
      for (;;) {
        yield ' ';
        yield null;
      }
    case 'a body without end':
      yield 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
      for (;;) yield `10000\r\n${' '.repeat(65_536)}\r\n`;
    case 'chunks of one byte':
      yield 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
      for (;;) yield '1\r\n \r\n'.repeat(10_000);
    case 'headers without end':
      yield 'HTTP/1.1 200 OK\r\n';
      for (;;) yield `x-more: ${'a'.repeat(1000)}\r\n`;
    case 'a redirect to itself':
      yield 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n';
      return;
    case 'interim answers without end':
      for (;;) yield 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100);
    case 'a line without end':
      for (;;) yield 'a'.repeat(65_536);
    default:
      yield* whole(plainBody(mode));
  }
}

function* lineAnswer(mode: HostileMode): Generator<string | Uint8Array | null> {
  switch (mode) {
    case 'a byte now and then':
      for (;;) {
        yield '[';
        yield null;
      }
    case 'a body without end':
    case 'a line without end':
      for (;;) yield ' '.repeat(65_536);
    case 'chunks of one byte':
    case 'headers without end':
      for (;;) yield '{"jsonrpc":"2.0","method":"news"}\n'.repeat(1000);
    default:
      yield plainBody(mode);
      yield '\n';
  }
}

function plainBody(mode: HostileMode): Uint8Array {
  switch (mode) {
    case '30 million brackets':
      return Buffer.from('['.repeat(30_000_000));
    case '60 MB of empty lists':
      return repeat('[],');
    case 'a million wrong answers of a batch':
      return Buffer.from(`[${'{"id":1,"error":7},'.repeat(999_999)}{"id":1,"error":7}]`);
    case 'a million different keys': {
      const members = Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":0`);
      return Buffer.from(`{"jsonrpc":"2.0","id":1,"result":{${members.join()}}}`);
    }
    case 'a string of 60 MB':
      return Buffer.from(`{"jsonrpc":"2.0","id":1,"result":"${'a'.repeat(60 * megabyte)}"}`);
    case 'one member within another, a million deep':
      return Buffer.from(`${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`);
    default:
      return emptyObjects();
  }
}

function emptyObjects(): Uint8Array {
  return repeat('{},');
}

function repeat(element: string): Uint8Array {
  const list = element.repeat(Math.floor((60 * megabyte) / element.length));
  return Buffer.from(`[${list.slice(0, -1)}]`);
}

function brotli(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } });
}

function* whole(body: Uint8Array, encoding?: string): Generator<string | Uint8Array> {
  const header = encoding === undefined ? '' : `content-encoding: ${encoding}\r\n`;
  yield `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${header}content-length: ${body.length}\r\n\r\n`;
  yield body;
}
