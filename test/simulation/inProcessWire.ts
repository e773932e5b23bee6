import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { WireReply, WireServer } from './wire.ts';

/**
 * What stands in for the network: `undici`, `node:net` and `node:timers/promises` as far as the
 * sources use them, with servers in the same process. A test puts it in their place with `vi.mock`;
 * everything above it, from the client of each protocol on, is the program's own.
 *
 * Modules are replaced for a whole test file, so the servers are found by host name in one place.
 */
export const servers = new Map<string, WireServer>();

interface Asked {
  readonly path: string;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
}

function broken(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}

/** Waits as long as the server takes and gives its reply, unless nobody waits any more. */
function exchange(host: string, { path, body, signal }: Asked): Promise<WireReply> {
  const server = servers.get(host);
  return new Promise((resolve, reject) => {
    if (!server) return reject(broken());
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    setTimeout(() => {
      const reply = server.answer(path, body);
      if (reply !== 'hang') resolve(reply);
    }, server.delay());
  });
}

async function readReply(host: string, asked: Asked) {
  const reply = await exchange(host, asked);
  if (reply === 'reset' || reply === 'hang') throw broken();
  if (reply === 'cut') return { status: 200, headers: {}, body: '{"half":', cut: true };
  return { headers: {}, cut: false, ...reply };
}

/** As undici's, for the body of a request that was answered. */
function bodyOf({ body, cut }: { readonly body: string; readonly cut: boolean }): Readable {
  async function* pieces() {
    yield Buffer.from(body);
    if (cut) throw broken();
  }
  return Readable.from(pieces());
}

export class Agent {
  async destroy(): Promise<void> {}
}

export class Pool extends Agent {}

export async function request(
  url: string,
  { body = '', signal }: { readonly body?: string; readonly signal?: AbortSignal },
) {
  const { host, pathname } = new URL(url);
  const reply = await readReply(host, { path: pathname, body, signal });
  return { statusCode: reply.status, headers: reply.headers, body: bodyOf(reply) };
}

/** A TCP connection that carries lines. */
class LineSocket extends EventEmitter {
  readonly #host: string;
  #closed = false;

  constructor(host: string) {
    super();
    this.#host = host;
    setTimeout(() => this.emit('connect'), 1);
  }

  write(text: string): void {
    for (const line of text.split('\n').filter((one) => one !== '')) {
      exchange(this.#host, { path: '', body: line, signal: undefined }).then(
        (reply) => {
          if (this.#closed) return;
          if (reply === 'reset' || reply === 'cut' || reply === 'hang') this.destroy();
          else this.emit('data', Buffer.from(`${reply.body}\n`));
        },
        () => this.destroy(),
      );
    }
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    setTimeout(() => this.emit('close'), 0);
  }
}

export function connect({ host, port }: { readonly host: string; readonly port: number }) {
  return new LineSocket(`${host}:${port}`);
}

/** `setTimeout` of `node:timers/promises`, by the timers of the moment. */
export function sleep<T>(
  milliseconds: number,
  value?: T,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => resolve(value), milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
