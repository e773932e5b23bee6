import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { type AuditOptions, auditAsset } from '../../../src/audit/auditAsset.ts';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import type { ChainPoint } from '../../../src/core/chainPoint.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset } from '../../../src/registry/asset.ts';
import type { SupplySource } from '../../../src/supply/supplySource.ts';
import { auditedAsset as asset, ethereum } from '../../support/auditedAsset.ts';
import { everyTenMinutes, scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

const clock = () => UnixTime(65_000);
const day = 86_400;

/** Changes what a source says of a block's time. */
type Retime = (time: number) => number;

function retimed(point: ChainPoint, retime: Retime): ChainPoint {
  return { ...point, time: UnixTime(retime(point.time)) };
}

/** Block H is 100, at 60,000 s; 70 and 30 satoshis lie at the two addresses. */
function bitcoin(operator: string, retime: Retime = (time) => time): BitcoinSource {
  const holdings = (script: string) => (script === '51' ? 70n : 30n);
  const time = (height: number) => retime(everyTenMinutes(height));
  return scriptBitcoin(asset, { operator, holdings, time });
}

/** The aligned block is 5000, at 60,000 s; 100 tokens exist. */
function supply(operator: string, retime: Retime = (time) => time): SupplySource {
  const source = scriptSupply(ethereum, { operator, amount: () => 100n });
  return {
    ...source,
    findPoint: async (pairing) => retimed(await source.findPoint(pairing), retime),
    readPoint: async (height) => retimed(await source.readPoint(height), retime),
  };
}

interface World {
  readonly bitcoin?: readonly BitcoinSource[];
  readonly supply?: readonly SupplySource[];
  readonly subject?: Asset;
  readonly options?: AuditOptions;
  readonly signal?: AbortSignal;
}

function audit(world: World) {
  const sources = {
    bitcoin: world.bitcoin ?? [bitcoin('a'), bitcoin('b')],
    supply: world.supply ?? [supply('m'), supply('n')],
  };
  const dependencies = { ...sources, clock, pause: async () => {} };
  const context = world.signal ? { signal: world.signal } : {};
  return auditAsset(world.subject ?? asset, world.options ?? {}, dependencies, context);
}

function codes(report: { reasons: readonly { code: string }[] }): string[] {
  return report.reasons.map(({ code }) => code);
}

describe('the time of the Bitcoin block', () => {
  const later: Retime = (time) => time + 2 * day;

  it('is not known where one of two sources gives another', async () => {
    for (const sources of [
      [bitcoin('a'), bitcoin('x', later)],
      [bitcoin('x', later), bitcoin('a')],
    ]) {
      const report = await audit({ bitcoin: sources });
      expect(report.verdict).toBe('indeterminate');
      expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
      expect(report.reserves).toMatchObject({ point: null, sats: null });
      const times = report.reserves.observations.map(({ operator, point }) => [
        operator,
        point?.time,
      ]);
      expect(Object.fromEntries(times)).toEqual({ a: 60_000, x: 60_000 + 2 * day });
      expect(() => checkReport(report)).not.toThrow();
    }
  });

  it('is what two of three say, and the third is shown as dissenting', async () => {
    const sources = [bitcoin('x', later), bitcoin('a'), bitcoin('b')];
    const report = await audit({ bitcoin: sources });
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(report.reserves).toMatchObject({
      point: { height: 100, time: 60_000 },
      agreement: { operators: 2, of: 3 },
    });
    expect(
      report.reserves.observations.map(({ operator, point, agrees, sats }) => [
        operator,
        point?.time,
        agrees,
        sats,
      ]),
    ).toEqual([
      ['x', 60_000 + 2 * day, false, null],
      ['a', 60_000, true, '100'],
      ['b', 60_000, true, '100'],
    ]);
    expect(() => checkReport(report)).not.toThrow();
  });

  it.each<[string, Retime]>([
    ['hide that it is too old', () => 65_000],
    ['make it too old', () => 0],
  ])('is not what one alone says to %s', async (_, retime) => {
    const stale = { ...asset, policy: { ...asset.policy, maxAgeSeconds: 4_999 } };
    for (const [subject, verdict] of [
      [asset, 'backed'],
      [stale, 'indeterminate'],
    ] as const) {
      const sources = [bitcoin('x', retime), bitcoin('a'), bitcoin('b')];
      const report = await audit({ bitcoin: sources, subject });
      expect(report.verdict).toBe(verdict);
      expect(report.reserves.point?.time).toBe(60_000);
    }
  });

  it('as agreed decides which addresses were in custody, not as the first source has it', async () => {
    const [first, second] = asset.custody;
    if (!first || !second) throw new Error('no custody');
    const sources = [bitcoin('x', later), bitcoin('a'), bitcoin('b')];
    const until = { ...asset, custody: [first, { ...second, until: '1970-01-01' }] };
    const all = await audit({ bitcoin: sources, subject: until });
    expect(all).toMatchObject({ verdict: 'backed', reserves: { sats: '100' } });
    const since = { ...asset, custody: [first, { ...second, since: '1970-01-03' }] };
    const one = await audit({ bitcoin: sources, subject: since });
    expect(one).toMatchObject({ verdict: 'under-backed', reserves: { sats: '70' } });
  });

  it('is confirmed at the end: another one then is a block that was replaced', async () => {
    // Told rightly when the block is chosen, and wrongly when it is looked at for the last time.
    const honest = bitcoin('b');
    const wavering: BitcoinSource = {
      ...honest,
      readPoint: async (height) => retimed(await honest.readPoint(height), (time) => time + 1),
    };
    const report = await audit({ bitcoin: [bitcoin('a'), wavering] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toContain('BITCOIN_REORGANISED');
    expect(report.reserves.sats).toBeNull();
  });

  it('is the clock’s where there is none: the addresses in force are shown, and no others', async () => {
    const [first, second] = asset.custody;
    if (!first || !second) throw new Error('no custody');
    const custody = [first, { ...second, until: '1969-12-31' }];
    const mute: BitcoinSource = {
      ...bitcoin('a'),
      readTip: async () => {
        throw new AssayError('SOURCE_UNREACHABLE');
      },
    };
    const report = await audit({ bitcoin: [mute], subject: { ...asset, custody } });
    expect(report.reserves.addresses.map(({ address }) => address)).toEqual([first.address]);
  });
});

describe('the time of a token chain’s block', () => {
  it('is not known where one of two sources gives another for the same hash', async () => {
    for (const sources of [
      [supply('m'), supply('x', (time) => time - 12)],
      [supply('x', (time) => time - 12), supply('m')],
    ]) {
      const report = await audit({ supply: sources });
      expect(report.verdict).toBe('indeterminate');
      expect(codes(report)).toEqual(['SUPPLY_SOURCES_DISAGREE']);
      expect(report.supply.deployments[0]).toMatchObject({ amount: null, point: null });
      expect(() => checkReport(report)).not.toThrow();
    }
  });

  it('is what two of three say, and the third is shown as dissenting', async () => {
    const sources = [supply('x', (time) => time - 12), supply('m'), supply('n')];
    const report = await audit({ supply: sources });
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    const [deployment] = report.supply.deployments;
    expect(deployment).toMatchObject({
      point: { height: 5000, time: 60_000 },
      skewSeconds: 0,
      agreement: { operators: 2, of: 3 },
    });
    const observations = (deployment?.observations ?? []).map(({ operator, agrees, fault }) => ({
      [operator]: [agrees, fault?.code],
    }));
    expect(Object.assign({}, ...observations)).toEqual({
      x: [false, 'SUPPLY_SOURCES_DISAGREE'],
      m: [true, undefined],
      n: [true, undefined],
    });
    expect(() => checkReport(report)).not.toThrow();
  });

  it('cannot be set by one alone to hide how far apart the two sides are', async () => {
    const pairing = 'finalized' as const;
    // The finalized block is of 120,000 s; the first source says that it is of Bitcoin's moment.
    const sources = [supply('x', () => 60_000), supply('m'), supply('n')];
    const report = await audit({ supply: sources, options: { pairing } });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toContain('SKEW_EXCEEDED');
    expect(report.supply.deployments[0]?.skewSeconds).toBe(-60_000);
  });
});

describe('a moment that is asked for', () => {
  const options = { atTime: UnixTime(90 * 600 + 599) };

  it.each<[string, Retime]>([
    ['older', (time) => Math.max(0, time - 6000)],
    ['newer', (time) => time + 6000],
    ['of any time', (time) => (time * 7919) % 65_000],
  ])('is not moved by a first source that says that blocks are %s', async (_, retime) => {
    const sources = [bitcoin('x', retime), bitcoin('a'), bitcoin('b')];
    const report = await audit({ bitcoin: sources, options });
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(report.reserves.point).toMatchObject({ height: 90, time: 54_000 });
    expect(report.supply.deployments[0]?.point?.time).toBe(54_000);
    expect(() => checkReport(report)).not.toThrow();
  });

  it('leaves the verdict indeterminate where two sources disagree on a later block’s time', async () => {
    const liar = bitcoin('x', (time) => (time === 91 * 600 ? time - 1 : time));
    const report = await audit({ bitcoin: [bitcoin('a'), liar], options });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
    expect(report.reasons[0]?.message).toContain('at height 100');
    expect(() => checkReport(report)).not.toThrow();
  });
});

it('asks no source for a caller that has given up', async () => {
  const reason = new Error('given up');
  const asked: string[] = [];
  const watched: BitcoinSource = {
    ...bitcoin('a'),
    readTip: async () => {
      asked.push('a');
      throw new AssayError('SOURCE_UNREACHABLE');
    },
  };
  const signal = AbortSignal.abort(reason);
  await expect(audit({ bitcoin: [watched], signal })).rejects.toBe(reason);
  expect(asked).toEqual([]);
});
