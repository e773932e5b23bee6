import {
  createElectrumSource,
  type ElectrumSourceOptions,
} from '../../src/bitcoin/electrumSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { regtest } from './syntheticChain.ts';
import { createTestClock } from './testClock.ts';

/** A source that reads the server and never really waits between two attempts. */
export function electrumSourceOf(
  server: { readonly sourceUrl: string },
  options: Partial<ElectrumSourceOptions> = {},
): ReturnType<typeof createElectrumSource> {
  return createElectrumSource({
    url: parseBitcoinSourceUrl(server.sourceUrl),
    network: regtest,
    clock: createTestClock(),
    ...options,
  });
}
