import { createMempoolSource, type MempoolSourceOptions } from '../../src/bitcoin/mempoolSource.ts';
import type { EsploraServer } from './esploraServer.ts';
import { regtest } from './syntheticChain.ts';
import { createTestClock } from './testClock.ts';

/** A source that reads the server and never really waits between two attempts. */
export function mempoolSourceOf(
  server: EsploraServer,
  options: Partial<MempoolSourceOptions> = {},
): ReturnType<typeof createMempoolSource> {
  return createMempoolSource({
    baseUrl: server.apiUrl,
    source: { id: server.sourceUrl, operator: 'test', kind: 'mempool' },
    network: regtest,
    clock: createTestClock(),
    ...options,
  });
}
