import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A request as the server received it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As sent, so that encodings can be seen. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
}

/**
 * What the server does about a request: JSON, with status 200 unless told; any text; nothing at all
 * (`silence`), or a closed connection (`reset`).
 */
export type ApiReply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json: unknown;
    }
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text: string;
    }
  | 'silence'
  | 'reset';

/** An HTTP API on loopback. */
export interface JsonApiServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** All requests so far, in the order of their coming. */
  readonly requests: readonly ApiRequest[];
}

/** @param answer decides each request; `times` counts those of that path, from 1 */
export async function startJsonApiServer(
  answer: (request: ApiRequest, times: number) => ApiReply,
): Promise<JsonApiServer> {
  const requests: ApiRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const target = incoming.url ?? '/';
    const url = new URL(target, 'http://server.invalid');
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      target,
      headers: incoming.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    requests.push(request);
    const reply = answer(request, requests.filter(({ path }) => path === request.path).length);
    if (reply === 'silence') return;
    if (reply === 'reset') {
      response.destroy();
      return;
    }
    const isJson = 'json' in reply;
    response.writeHead(reply.status ?? 200, {
      'content-type': isJson ? 'application/json' : 'text/html',
      ...reply.headers,
    });
    response.end(isJson ? JSON.stringify(reply.json) : reply.text);
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
