import Fastify from 'fastify';
import { startServer } from '../src/api/server.ts';
import { UnixTime } from '../src/core/unixTime.ts';
import { createMemoryStore } from '../src/store/memoryStore.ts';
import { assetOf, registryOf, signSample, testAccount } from '../test/support/attestations.ts';
import { sampleReport } from '../test/support/sampleReport.ts';
import { type ApiPlaces, paths } from './api.ts';

// A process of its own, so that the load generator does not share its event loop: the API as it is
// served, and a bare Fastify with the same bytes at the same paths. Told to the parent by message.
const clock = () => UnixTime(Math.floor(Date.now() / 1000));
const store = createMemoryStore();
await store.put(await signSample({ observedAt: clock() }));
const api = await startServer(
  {
    registry: registryOf(assetOf(sampleReport())),
    store,
    signers: [{ address: testAccount.address }],
    clock,
    // Counted as ever, but never exceeded.
    limits: { requests: Number.MAX_SAFE_INTEGER },
  },
  { host: '127.0.0.1', port: 0 },
);

const bare = Fastify();
for (const path of paths) {
  const response = await fetch(api.url + path);
  const type = response.headers.get('content-type') ?? '';
  const body = Buffer.from(await response.arrayBuffer());
  bare.get(path, (_request, reply) => {
    reply.header('content-type', type).send(body);
  });
}
const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });

process.send?.({ api: api.url, bare: bareUrl } satisfies ApiPlaces);
process.once('disconnect', () => {
  void Promise.all([api.close(), bare.close()]);
});
