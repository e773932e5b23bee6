import { startRegtestElectrum } from './electrumRegtest.ts';
import type { ElectrumServer, ElectrumServerOptions } from './electrumServer.ts';

type Intercept = ElectrumServerOptions['intercept'];

/** One Electrum server for many readings: it reads a regtest chain once, then only what is new. */
export interface SharedElectrum {
  /** The server, started at the first call; from now on it does what `intercept` tells. */
  open(intercept: Intercept): Promise<ElectrumServer>;
  close(): Promise<void>;
}

/** @param rpcUrl `http://user:password@127.0.0.1:port` */
export function createSharedElectrum(rpcUrl: string): SharedElectrum {
  let server: Promise<ElectrumServer> | undefined;
  let current: Intercept;
  return {
    open: (intercept) => {
      current = intercept;
      server ??= startRegtestElectrum(rpcUrl, {
        intercept: (method, subject, times) => current?.(method, subject, times),
      });
      return server;
    },
    close: async () => (await server)?.stop(),
  };
}
