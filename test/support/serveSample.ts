import { type ApiServer, startServer } from '../../src/api/server.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';
import { assetOf, registryOf, signSample, testAccount } from './attestations.ts';
import { sampleFigures, sampleReport } from './sampleReport.ts';

/**
 * The API as it is served, with the sample's attestation. Its clock goes on from when that was observed;
 * requests are counted as ever, but never too many.
 */
export async function serveSample(): Promise<ApiServer> {
  const store = createMemoryStore();
  await store.put(await signSample());
  return startServer(
    {
      registry: registryOf(assetOf(sampleReport())),
      store,
      signers: [{ address: testAccount.address }],
      clock: () => UnixTime(sampleFigures.observedAt + Math.floor(performance.now() / 1000)),
      limits: { requests: Number.MAX_SAFE_INTEGER },
    },
    { host: '127.0.0.1', port: 0 },
  );
}
