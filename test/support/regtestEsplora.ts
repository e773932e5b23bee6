import {
  type EsploraServer,
  type EsploraServerOptions,
  startEsploraServer,
} from './esploraServer.ts';
import { createRegtestView } from './regtestView.ts';

/**
 * Starts an Esplora server over a regtest node: what it answers is what that node has in its chain and
 * mempool at that moment.
 *
 * @param rpcUrl `http://user:password@127.0.0.1:port`
 */
export async function startRegtestEsplora(
  rpcUrl: string,
  options: Omit<EsploraServerOptions, 'readView'> = {},
): Promise<EsploraServer> {
  const view = createRegtestView(rpcUrl);
  const server = await startEsploraServer({ ...options, readView: view.readView });
  const stop = async (): Promise<void> => {
    await server.stop();
    await view.close();
  };
  return {
    ...server,
    get mostAtOnce() {
      return server.mostAtOnce;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
