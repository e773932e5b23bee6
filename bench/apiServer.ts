import { startServer } from '../src/api/server.ts';
import { UnixTime } from '../src/core/unixTime.ts';
import { createMemoryStore } from '../src/store/memoryStore.ts';
import { assetOf, registryOf, signSample, testAccount } from '../test/support/attestations.ts';
import { sampleFigures, sampleReport } from '../test/support/sampleReport.ts';

// The API as it is served, in a process of its own; its URL goes to the parent.
// Its clock goes on from when the sample was observed.
const clock = () => UnixTime(sampleFigures.observedAt + Math.floor(performance.now() / 1000));
const store = createMemoryStore();
await store.put(await signSample());
const server = await startServer(
  {
    registry: registryOf(assetOf(sampleReport())),
    store,
    signers: [{ address: testAccount.address }],
    clock,
    // Requests are counted as ever, but never too many.
    limits: { requests: Number.MAX_SAFE_INTEGER },
  },
  { host: '127.0.0.1', port: 0 },
);
process.send?.(server.url);
process.once('disconnect', () => {
  void server.close();
});
