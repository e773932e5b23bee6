import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';

/** A server on loopback that is a given time away from whoever asks it. */
export interface LatencyProxy extends AsyncDisposable {
  /** With the path and query of the server behind it. */
  readonly url: string;
  /** How many HTTP requests came so far. */
  readonly requests: () => number;
}

/** What belongs to one connection alone, or is worked out anew for the next one. */
const ofOneHop = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
]);

function withoutHop<T extends object>(headers: T) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneHop.has(name)));
}

/** Passes each request on to the server at `target`, and its answer back not before the latency is over. */
export async function startLatencyProxy(target: string, latencyMs: number): Promise<LatencyProxy> {
  const behind = new URL(target);
  const dispatcher = new Agent();
  let requests = 0;
  const server = createServer(async (incoming, response) => {
    requests += 1;
    try {
      const [answer] = await Promise.all([pass(incoming), delay(latencyMs)]);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(target);
  url.port = `${address.port}`;

  async function pass(incoming: IncomingMessage) {
    const headers = withoutHop(incoming.headers);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const method = incoming.method === 'POST' ? 'POST' : 'GET';
    const body = method === 'POST' ? Buffer.concat(chunks) : null;
    const options = { method, headers, body, dispatcher } as const;
    const answer = await request(`${behind.origin}${incoming.url}`, options);
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: withoutHop(answer.headers), body: text };
  }

  return {
    url: url.href,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await Promise.all([once(server, 'close'), dispatcher.close()]);
    },
  };
}
