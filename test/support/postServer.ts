import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A POST request as it came. */
export interface ReceivedPost {
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON. */
  readonly body: unknown;
}

/** An HTTP answer; no answer at all; or a connection that is cut. */
export type PostReply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | 'silence'
  | 'reset';

/** An HTTP server on loopback. */
export interface PostServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly requests: readonly ReceivedPost[];
}

/** Starts a server that answers each POST as it is told. */
export async function startPostServer(
  answer: (request: ReceivedPost) => PostReply | Promise<PostReply>,
): Promise<PostServer> {
  const requests: ReceivedPost[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const request = { path: incoming.url ?? '', headers: incoming.headers, body };
    requests.push(request);
    try {
      send(response, incoming.socket, await answer(request));
    } catch (error) {
      send(response, incoming.socket, { status: 500, body: String(error) });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, socket: Socket, reply: PostReply): void {
  if (reply === 'silence') return;
  if (reply === 'reset') {
    socket.resetAndDestroy();
    return;
  }
  const headers = { 'content-type': 'application/json', ...reply.headers };
  response.writeHead(reply.status ?? 200, headers).end(reply.body);
}
