import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Surroundings } from './simulation.ts';
import type { WireReply, WireServer } from './wire.ts';

/** So many times faster than the schedule says. */
const haste = 20;

/** Servers on loopback, and the machine's own time; what comes first is up to it. */
export function createLoopbackSurroundings(): Surroundings & AsyncDisposable {
  const closers: (() => Promise<void>)[] = [];
  return {
    async serve(_name, protocol, server) {
      const sockets = new Set<Socket>();
      const listener =
        protocol === 'http'
          ? createHttpServer((request, response) => {
              void exchange(server, request).then((reply) => {
                if (reply === 'hang') return;
                if (reply === 'reset') {
                  request.socket.destroy();
                  return;
                }
                if (reply === 'cut') {
                  response.writeHead(200, { 'content-length': 1000 });
                  response.write('{"half":', () => request.socket.destroy());
                  return;
                }
                response.writeHead(reply.status, reply.headers).end(reply.body);
              });
            })
          : createTcpServer((socket) => serveLines(server, socket));
      listener.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      closers.push(async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise<void>((resolve) => listener.close(() => resolve()));
      });
      const address = listener.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return `127.0.0.1:${address.port}`;
    },
    after: (milliseconds, callback) => void setTimeout(callback, milliseconds / haste),
    sleep: (milliseconds, signal) =>
      wait(milliseconds / haste, undefined, signal === undefined ? {} : { signal }),
    drive: (promise) => promise,
    get elapsed() {
      return performance.now();
    },
    async [Symbol.asyncDispose]() {
      for (const close of closers) await close();
    },
  };
}

async function exchange(server: WireServer, request: IncomingMessage): Promise<WireReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  await wait(server.delay() / haste);
  return server.answer(request.url ?? '/', Buffer.concat(chunks).toString('utf8'));
}

function serveLines(server: WireServer, socket: Socket): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    const lines = (text + String(data)).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      void wait(server.delay() / haste).then(() => {
        const reply = server.answer('', line);
        if (reply === 'hang' || socket.destroyed) return;
        if (reply === 'reset' || reply === 'cut') socket.destroy();
        else socket.write(`${reply.body}\n`);
      });
    }
  });
}
