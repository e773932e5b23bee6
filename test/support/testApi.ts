import type { FastifyInstance } from 'fastify';
import type { ApiDependencies } from '../../src/api/apiDependencies.ts';
import { buildApp } from '../../src/api/app.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { AttestationStore, StoredAttestation } from '../../src/store/attestationStore.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';
import { assetOf, registryOf, testAccount } from './attestations.ts';
import { sampleFigures, sampleReport } from './sampleReport.ts';

/** An app to inject requests into, with a clock that the test sets. */
export interface TestApi extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly store: AttestationStore;
  setTime(seconds: number): void;
}

/**
 * The API with the asset `dbtc` of the sample report and `empty`, which has not been audited. Its clock
 * stands 100 s after the report was observed.
 */
export async function openTestApi(
  stored: readonly StoredAttestation[],
  changes: Partial<ApiDependencies> = {},
): Promise<TestApi> {
  let now = UnixTime(sampleFigures.observedAt + 100);
  const store = createMemoryStore();
  for (const one of stored) await store.put(one);
  const dbtc = assetOf(sampleReport());
  const app = await buildApp({
    registry: registryOf(dbtc, { ...dbtc, id: 'empty', deployments: [] }),
    store,
    signers: [{ address: testAccount.address }],
    clock: () => now,
    ...changes,
  });
  return {
    app,
    store,
    setTime: (seconds) => {
      now = UnixTime(seconds);
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
