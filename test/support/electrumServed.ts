import type { BitcoinSource } from '../../src/bitcoin/bitcoinSource.ts';
import type { ElectrumSourceOptions } from '../../src/bitcoin/electrumSource.ts';
import type { ElectrumChain } from './electrumChain.ts';
import {
  type ElectrumServer,
  type ElectrumServerOptions,
  startElectrumServer,
} from './electrumServer.ts';
import { electrumSourceOf } from './electrumSourceOf.ts';

const served: { readonly server: ElectrumServer; readonly source: BitcoinSource }[] = [];

/** An Electrum server over the chain, and a source that reads it; both last until `closeElectrum`. */
export async function serveElectrum(
  chain: ElectrumChain,
  options: Partial<ElectrumServerOptions> = {},
  sourceOptions: Partial<ElectrumSourceOptions> = {},
): Promise<{ readonly server: ElectrumServer; readonly source: BitcoinSource }> {
  const server = await startElectrumServer({ readView: chain.readView, ...options });
  const source = electrumSourceOf(server, sourceOptions);
  served.push({ server, source });
  return { server, source };
}

/** For `afterEach`. */
export async function closeElectrum(): Promise<void> {
  for (const { server, source } of served.splice(0)) {
    await source.close();
    await server.stop();
  }
}

/** How often a method was asked. */
export function timesAsked(server: ElectrumServer, method: string): number {
  return server.requests.filter((one) => one.method === method).length;
}
