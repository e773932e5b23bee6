import { type CoreSourceLimits, createCoreSource } from '../../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import type { BitcoinNetwork } from '../../src/core/bitcoinNetwork.ts';
import { regtest } from './syntheticChain.ts';

/** A source that reads the server and hardly waits for anything. */
export function coreSourceOf(
  server: { readonly port: number },
  limits: Partial<CoreSourceLimits> = {},
  network: BitcoinNetwork = regtest,
): ReturnType<typeof createCoreSource> {
  return createCoreSource({
    url: parseBitcoinSourceUrl(`core+http://user:secret@127.0.0.1:${server.port}`),
    network,
    limits: { retryMs: 1, pollMs: 1, graceMs: 20, ...limits },
  });
}
