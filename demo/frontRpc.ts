import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import { z } from 'zod';

/** A server in front of a node. */
export interface RpcFront {
  /** `http://127.0.0.1:port`, without credentials: they are passed on with each request. */
  readonly url: string;
  close(): Promise<void>;
}

/** One of the calls of a request; a request that is no batch has one. */
export type FrontedCall = z.infer<typeof FrontedCall>;
const FrontedCall = z.object({ id: z.unknown(), method: z.string(), params: z.unknown() });
const FrontedCalls = z.union([FrontedCall.transform((call) => [call]), z.array(FrontedCall)]);

export interface FrontedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Announces the whole body, sends half of it and breaks off. */
  readonly cut?: boolean;
}

/**
 * Answers a request; `pass` asks the node. If it throws, as `pass` does when the node is gone, the
 * connection is closed without a byte.
 */
export type AnswerRequest = (
  calls: readonly FrontedCall[],
  pass: () => Promise<FrontedAnswer>,
) => Promise<FrontedAnswer>;

/**
 * Stands in front of a node's JSON-RPC. What goes wrong between a node and the audit goes wrong in
 * here, and the audit itself runs unchanged, against a URL.
 *
 * @param url of the node, without credentials
 */
export async function frontRpc(url: string, answer: AnswerRequest): Promise<RpcFront> {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const { authorization, 'content-type': contentType } = incoming.headers;
    const pass = async (): Promise<FrontedAnswer> => {
      const upstream = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headers: {
          ...(authorization === undefined ? {} : { authorization }),
          'content-type': contentType ?? 'application/json',
        },
        body,
      });
      return { status: upstream.statusCode, body: await upstream.body.text() };
    };
    send(response, await answer(FrontedCalls.parse(JSON.parse(body)), pass));
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
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

function send(response: ServerResponse, { status, headers, body, cut }: FrontedAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...headers,
  });
  if (!cut) response.end(bytes);
  else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
