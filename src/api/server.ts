import type { ApiDependencies } from './apiDependencies.ts';
import { buildApp } from './app.ts';
import { cannotListen } from './errors.ts';

export interface ServerAddress {
  /** `127.0.0.1` unless the service is to be reached from elsewhere. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export interface ApiServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Takes no more requests, answers those under way, and then closes every connection. */
  close(): Promise<void>;
}

/** After that long a request under way is cut off when the server closes. */
const graceMilliseconds = 5_000;

/**
 * Builds the app and listens.
 *
 * @throws AssayError LISTEN_FAILED
 */
export async function startServer(
  dependencies: ApiDependencies,
  { host, port }: ServerAddress,
): Promise<ApiServer> {
  const app = await buildApp(dependencies);
  const listenTextResolver = (address: string): string => `listening at ${address}`;
  const url = await app.listen({ host, port, listenTextResolver }).catch(async (thrown) => {
    await app.close();
    throw cannotListen(host, port, thrown);
  });
  return {
    url,
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMilliseconds);
      try {
        await app.close();
      } finally {
        clearTimeout(cut);
      }
    },
  };
}
