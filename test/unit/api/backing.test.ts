import { describe, expect, it } from 'vitest';
import { backingStatus, secondsStanding } from '../../../src/api/backingStatus.ts';
import { describeBacking } from '../../../src/api/describeBacking.ts';
import type { Report } from '../../../src/attest/report.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { signSample, testAccount } from '../../support/attestations.ts';
import { sampleFigures, sampleReport } from '../../support/sampleReport.ts';
import { openTestApi } from '../../support/testApi.ts';

const ofReport = (report: Report) => ({ attestation: { report } });
const observedAt = sampleFigures.observedAt;
const validUntil = sampleReport().validUntil;
const url = '/v1/assets/dbtc/backing';

const shortfall = { addresses: [3_949_999_999n] };
const outage = {
  addresses: [null],
  withWindow: false,
  faults: [{ code: 'SOURCE_TIMEOUT', message: 'a source did not answer' }],
} as const;

describe('backingStatus', () => {
  it('is the verdict while the attestation stands, to its last second', async () => {
    for (const figures of [{}, shortfall, outage]) {
      const report = sampleReport(figures);
      expect(backingStatus(ofReport(report), UnixTime(observedAt))).toBe(report.verdict);
      expect(backingStatus(ofReport(report), UnixTime(validUntil))).toBe(report.verdict);
    }
  });

  it('is stale one second later, whatever the verdict was', () => {
    for (const figures of [{}, shortfall, outage]) {
      expect(backingStatus(ofReport(sampleReport(figures)), UnixTime(validUntil + 1))).toBe(
        'stale',
      );
    }
  });

  it('is indeterminate for an attestation from the future', () => {
    const report = sampleReport();
    expect(backingStatus(ofReport(report), UnixTime(observedAt - 120))).toBe('backed');
    expect(backingStatus(ofReport(report), UnixTime(observedAt - 121))).toBe('indeterminate');
  });

  it('is indeterminate while a newer answer is withheld, but stale once it is over', () => {
    const withheld = { code: 'CLOCK_UNSURE', message: 'the clock jumped' } as const;
    const latest = { ...ofReport(sampleReport()), withheld };
    expect(backingStatus(latest, UnixTime(observedAt))).toBe('indeterminate');
    expect(backingStatus(latest, UnixTime(validUntil))).toBe('indeterminate');
    expect(backingStatus(latest, UnixTime(validUntil + 1))).toBe('stale');
  });

  it('stands for the seconds that are left, and for ever once stale', () => {
    expect(secondsStanding(sampleReport(), UnixTime(validUntil - 7))).toBe(7);
    expect(secondsStanding(sampleReport(), UnixTime(validUntil))).toBe(0);
    expect(secondsStanding(sampleReport(), UnixTime(validUntil + 1))).toBe(Infinity);
  });
});

describe('describeBacking', () => {
  it('gives every figure exactly, in integers and in bitcoin', async () => {
    const stored = await signSample({ addresses: [3_950_000_001n, 3n] });
    const backing = describeBacking(stored, UnixTime(observedAt + 61));
    expect(backing).toMatchObject({
      schema: 'assay.backing/1',
      asset: { id: 'dbtc', symbol: 'dBTC' },
      status: 'backed',
      verdict: 'backed',
      reserves: { sats: '3950000004', btc: '39.50000004', complete: true },
      supply: {
        amount: '39500000000000000000',
        decimals: 18,
        btc: '39.500000000000000000',
        deployments: [
          { amount: '1950000000', decimals: 8, skewSeconds: 12 },
          { amount: '20000000000000000000', decimals: 18, skewSeconds: -3 },
        ],
      },
      surplus: { amount: '40000000000', decimals: 18, btc: '0.000000040000000000' },
      ratio: '1.00000000',
      window: { fromHeight: 895_000, toHeight: 895_005, holdsAcrossWindow: true },
      observedAt,
      observedAtIso: '2025-11-22T09:26:40Z',
      ageSeconds: 61,
      validUntil,
      validUntilIso: '2025-11-23T09:26:40Z',
      attestation: {
        id: stored.id,
        signer: testAccount.address,
        url: `/v1/attestations/${stored.id}`,
      },
      notProven: stored.attestation.report.notProven,
    });
    expect(backing.reserves.point).toMatchObject({ height: 895_000 });
    expect(backing.supply.deployments[0]).not.toHaveProperty('observations');
  });

  it('shows a shortfall as a negative surplus', async () => {
    const backing = describeBacking(await signSample(shortfall), UnixTime(observedAt));
    expect(backing).toMatchObject({
      status: 'under-backed',
      surplus: { amount: '-10000000000', btc: '-0.000000010000000000' },
      ratio: '0.99999999',
      reasons: [{ code: 'RESERVES_BELOW_SUPPLY' }],
    });
  });

  it('shows what is unknown as null, never as zero', async () => {
    const backing = describeBacking(await signSample(outage), UnixTime(observedAt));
    expect(backing).toMatchObject({
      status: 'indeterminate',
      reserves: { sats: null, btc: null, complete: false },
      surplus: null,
      ratio: null,
      window: null,
      reasons: [{ code: 'SOURCE_TIMEOUT' }],
    });
  });
});

describe(`GET ${url}`, () => {
  it('turns stale with time alone, and shows the next audit', async () => {
    await using api = await openTestApi([await signSample()]);
    const status = async () => (await api.app.inject(url)).json<{ status: string }>().status;
    expect(await status()).toBe('backed');
    api.setTime(validUntil + 1);
    expect(await status()).toBe('stale');
    // Of a block that is a day old by now.
    await api.store.put(await signSample({ observedAt: validUntil + 1 }));
    api.setTime(validUntil + 2);
    expect(await status()).toBe('indeterminate');
  });

  it('grows older by the second under one entity tag', async () => {
    await using api = await openTestApi([await signSample()]);
    const first = await api.app.inject(url);
    api.setTime(observedAt + 101);
    const second = await api.app.inject(url);
    expect(first.json()).toMatchObject({ ageSeconds: 100 });
    expect(second.json()).toMatchObject({ ageSeconds: 101 });
    expect(second.headers.etag).toBe(first.headers.etag);
  });

  it('asks the store once a second at most', async () => {
    const stored = await signSample();
    let asked = 0;
    await using api = await openTestApi([], {
      store: {
        put: async () => undefined,
        withhold: async () => undefined,
        byId: async () => undefined,
        latest: async () => {
          asked += 1;
          return stored;
        },
      },
    });
    for (let count = 0; count < 3; count += 1) await api.app.inject(url);
    expect(asked).toBe(1);
    api.setTime(observedAt + 200);
    await api.app.inject(url);
    expect(asked).toBe(2);
  });

  it('says when to ask again before the first audit', async () => {
    await using api = await openTestApi([]);
    const response = await api.app.inject(url);
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('15');
    expect(response.json()).toMatchObject({
      code: 'ATTESTATION_PENDING',
      detail: 'not audited since the service started: dbtc',
    });
    await api.store.put(await signSample());
    expect((await api.app.inject(url)).statusCode).toBe(200);
  });
});
