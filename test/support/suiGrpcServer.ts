import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { DescMethodUnary } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { describeSuiMethods, type SuiMethods } from '../../src/supply/sui/suiProto.ts';

/** A call as the server received it. */
export interface GrpcCall {
  readonly method: keyof SuiMethods;
  /** Decoded; fields that were not sent are undefined. */
  readonly request: unknown;
  readonly headers: Headers;
  /** For headers of its own. */
  readonly context: HandlerContext;
}

/** A gRPC server of Sui on loopback. */
export interface SuiGrpcServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly calls: readonly GrpcCall[];
  /** Connections that are open. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  /** Settles once all connections have ended. */
  allClosed(): Promise<void>;
}

/**
 * @param answer gives the message of each call, or throws a `ConnectError`; `times` counts the calls of
 * that method, from 1
 * @param behave does with a request what no gRPC server would, and then returns true
 */
export async function startSuiGrpcServer(
  answer: (call: GrpcCall, times: number) => Record<string, unknown> | Promise<never>,
  behave: (stream: ServerHttp2Stream, path: string) => boolean = () => false,
  tls?: { readonly key: string; readonly cert: string },
): Promise<SuiGrpcServer> {
  const calls: GrpcCall[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const methods = describeSuiMethods();
  const adapter = connectNodeAdapter({
    grpcWeb: false,
    connect: false,
    routes(router) {
      const serve = (name: keyof SuiMethods, method: DescMethodUnary) =>
        router.rpc(method, async (request, context) => {
          const call = { method: name, request, headers: context.requestHeader, context };
          calls.push(call);
          return answer(call, calls.filter((one) => one.method === name).length);
        });
      serve('getServiceInfo', methods.getServiceInfo);
      serve('getCheckpoint', methods.getCheckpoint);
      serve('getCoinInfo', methods.getCoinInfo);
    },
  });
  const handle = (request: Http2ServerRequest, response: Http2ServerResponse) => {
    if (!behave(request.stream, request.url)) adapter(request, response);
  };
  const server = tls ? createSecureServer(tls, handle) : createServer(handle);
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.once('close', () => sessions.delete(session));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    calls,
    sessions,
    allClosed: async () => {
      await Promise.all(
        [...sessions].map((session) => new Promise((resolve) => session.once('close', resolve))),
      );
    },
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
