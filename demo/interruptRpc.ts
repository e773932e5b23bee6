import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import { z } from 'zod';

/** A server in front of a node that passes everything on. */
export interface InterruptedRpc {
  /** `http://127.0.0.1:port`, without credentials: they are passed on with each request. */
  readonly url: string;
  close(): Promise<void>;
}

const Call = z.object({ method: z.string() });
const Calls = z.union([Call.transform((call) => [call]), z.array(Call)]);

/**
 * Stands in front of a node's JSON-RPC and does something at the first request that calls `method`:
 * `before` the node gets it, or `after` it has answered, while whoever asked still waits. Everything
 * else is passed on as it is. When the node is gone the connection is cut, as the node's would be.
 *
 * Hence a reorganisation or an outage happens at a known point in the middle of an audit, and the
 * audit itself runs unchanged, against a URL.
 */
export async function interruptRpc(options: {
  readonly url: string;
  readonly method: string;
  readonly when: 'before' | 'after';
  readonly act: () => Promise<void>;
}): Promise<InterruptedRpc> {
  const { url, method, when, act } = options;
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  let pending = true;

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const isMoment = pending && callsMethod(body, method);
    if (isMoment) {
      pending = false;
      if (when === 'before') await act();
    }
    const { authorization, 'content-type': contentType } = incoming.headers;
    const upstream = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        'content-type': contentType ?? 'application/json',
      },
      body,
    });
    const text = Buffer.from(await upstream.body.arrayBuffer());
    if (isMoment && when === 'after') await act();
    response.writeHead(upstream.statusCode, { 'content-type': 'application/json' });
    response.end(text);
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await agent.destroy();
    },
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function callsMethod(body: Buffer, method: string): boolean {
  const calls = Calls.safeParse(JSON.parse(body.toString('utf8')));
  return calls.data?.some((call) => call.method === method) ?? false;
}
