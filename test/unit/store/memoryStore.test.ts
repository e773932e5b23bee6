import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { signSample } from '../../support/attestations.ts';

const [first, second, third] = await Promise.all([
  signSample({ observedAt: 1_763_800_001 }),
  signSample({ observedAt: 1_763_800_002 }),
  signSample({ observedAt: 1_763_800_003 }),
]);

describe('createMemoryStore', () => {
  it('knows nothing at first', async () => {
    const store = createMemoryStore();
    expect(await store.latest('dbtc')).toBeUndefined();
    expect(await store.byId(first.id)).toBeUndefined();
  });

  it('answers the attestation that was put last, whatever time it gives', async () => {
    const store = createMemoryStore();
    const ahead = await signSample({ observedAt: 1_763_800_001 + 86_400, maxAgeSeconds: 100_000 });
    const short = await signSample({ observedAt: 1_763_800_004, addresses: [1n] });
    expect(ahead.attestation.report.verdict).toBe('backed');
    for (const one of [third, first, ahead, short]) await store.put(one);
    expect((await store.latest('dbtc'))?.attestation.report.verdict).toBe('under-backed');
    expect(await store.byId(ahead.id)).toBe(ahead);
  });

  it('never answers a historic attestation as the latest, and drops none for it', async () => {
    const store = createMemoryStore({ keepPerAsset: 1 });
    const past = await signSample({ observedAt: 1_763_800_009, maxAgeSeconds: null });
    await store.put(past);
    expect(await store.latest('dbtc')).toBeUndefined();
    await store.put(first);
    await store.put(await signSample({ observedAt: 1_763_800_010, maxAgeSeconds: null }));
    expect(await store.latest('dbtc')).toBe(first);
    expect(await store.byId(past.id)).toBeUndefined();
  });

  it('answers the later of two that give one second', async () => {
    const store = createMemoryStore();
    const twin = await signSample({ observedAt: 1_763_800_003, addresses: [4_000_000_000n] });
    await store.put(third);
    await store.put(twin);
    expect(await store.latest('dbtc')).toBe(twin);
  });

  it('keeps the newest of each asset, as many as it is told', async () => {
    const store = createMemoryStore({ keepPerAsset: 2 });
    const other = await signSample({ observedAt: 1_763_800_000 }, 'other');
    for (const one of [other, first, second, third]) await store.put(one);
    expect(await store.byId(first.id)).toBeUndefined();
    expect(await store.byId(second.id)).toBe(second);
    expect(await store.byId(third.id)).toBe(third);
    expect(await store.latest('other')).toBe(other);
  });

  it('marks the latest while a newer one is withheld, and no other', async () => {
    const store = createMemoryStore();
    const why = { code: 'CLOCK_UNSURE', message: 'the clock jumped' } as const;
    await store.put(first);
    await store.withhold('dbtc', why);
    await store.withhold('other', why);
    expect(await store.latest('dbtc')).toEqual({ ...first, withheld: why });
    expect(await store.latest('other')).toBeUndefined();
    await store.put(await signSample({ observedAt: 1_763_800_009, maxAgeSeconds: null }));
    expect(await store.latest('dbtc')).toEqual({ ...first, withheld: why });
    await store.put(second);
    expect(await store.latest('dbtc')).toBe(second);
  });

  it('keeps what was put first under an id', async () => {
    const store = createMemoryStore({ keepPerAsset: 2 });
    await store.put(first);
    await store.put({ ...first, assetId: 'other' });
    expect(await store.latest('other')).toBeUndefined();
    expect(await store.byId(first.id)).toBe(first);
  });
});
