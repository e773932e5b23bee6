import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditResult } from '../../../demo/auditWorld.ts';
import { redeemTokens } from '../../../demo/redeemTokens.ts';
import type { Interruption } from '../../../demo/scenario.ts';
import { none } from '../../../demo/scenarios/none.ts';
import type { Report } from '../../../src/attest/report.ts';
import { expectConsistent, readBlockHash } from './expectConsistent.ts';
import { type OpenWorld, openWorld } from './openWorld.ts';

function reportOf(results: ReadonlyMap<string, AuditResult>, id: string): Report {
  const report = results.get(id)?.verified.report;
  if (!report) throw new Error(`${id} was not audited`);
  return report;
}

const moments: readonly Omit<Interruption, 'act'>[] = [
  { node: 'bitcoin', method: 'scantxoutset', when: 'before' },
  { node: 'bitcoin', method: 'scantxoutset', when: 'after' },
  { node: 'bitcoin', method: 'getblock', when: 'before' },
  { node: 'bitcoin', method: 'getblock', when: 'after' },
  { node: 31337, method: 'eth_call', when: 'after' },
];

describe('a reorganisation', () => {
  let open: OpenWorld;
  beforeAll(async () => {
    // Time goes by in each test, and must not get ahead of the clock by which reports are signed.
    open = await openWorld({ ...none, seconds: 7_200 });
  });
  afterAll(() => open.close());

  // As in the demo's scenario: the block that is about to be audited pays for burnt tokens.
  beforeEach(async () => {
    const dbtc = open.world.asset('dbtc');
    await redeemTokens(dbtc, 31337, dbtc.addressesOf('p2wpkh')[1] ?? '', 200_000_000n);
    await open.world.advance(6, 60);
  });

  it.each(moments)('$when $method of $node is never mixed into an answer', async (moment) => {
    const { world } = open;
    const { book } = world.asset('dbtc');
    const before = await world.devnet.readBitcoinTip();
    const oldSats = book.reservesAt(before.height - 5);
    const oldHash = await readBlockHash(world.devnet, before.height - 5);
    let happened = false;
    const act = async (): Promise<void> => {
      happened = true;
      await world.reorganise(8);
    };
    const results = await open.audit({ interruption: { ...moment, act } });
    expect(happened).toBe(true);
    const report = reportOf(results, 'dbtc');
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(report.reserves.point?.hash).not.toBe(oldHash);
    expect(report.reserves.sats).not.toBe(oldSats.toString());
    await expectConsistent(report, world);
    await expectConsistent(reportOf(results, 'dbtc18'), world);
  });

  it('above the audited block changes nothing', async () => {
    const { world } = open;
    const before = await world.devnet.readBitcoinTip();
    const hash = await readBlockHash(world.devnet, before.height - 5);
    const act = async (): Promise<void> => {
      await world.reorganise(3);
    };
    const results = await open.audit({
      interruption: { node: 'bitcoin', method: 'getblock', when: 'after', act },
    });
    const report = reportOf(results, 'dbtc');
    expect(report.verdict).toBe('backed');
    await expectConsistent(report, world);
    // Both this block and its successor have six confirmations by now.
    expect([hash, await readBlockHash(world.devnet, before.height - 4)]).toContain(
      report.reserves.point?.hash,
    );
  });

  it('or a payment, between the choice of the block and the scan, does not move the moment', async () => {
    const { world } = open;
    const dbtc = world.asset('dbtc');
    const before = await world.devnet.readBitcoinTip();
    const act = async (): Promise<void> => {
      await dbtc.payOut(dbtc.addressesOf('p2wsh-multisig')[2] ?? '', 300_000_000n);
      await world.advance(1, 1);
    };
    const results = await open.audit({
      interruption: { node: 'bitcoin', method: 'scantxoutset', when: 'before', act },
    });
    const report = reportOf(results, 'dbtc');
    expect(report.reserves.point?.height).toBe(before.height - 5);
    expect(report.reserves.tip?.height).toBe(before.height + 1);
    expect(report.reserves.sats).toBe(dbtc.book.reservesAt(before.height).toString());
    expect(report.window?.reserves.lowestSats).toBe(
      dbtc.book.reservesAt(before.height + 1).toString(),
    );
    await expectConsistent(report, world);
  });
});

describe('an outage', () => {
  let open: OpenWorld;
  beforeEach(async () => {
    open = await openWorld();
  });
  afterEach(() => open.close());

  it.each([
    { node: 'bitcoin', method: 'scantxoutset', when: 'before' },
    { node: 'bitcoin', method: 'scantxoutset', when: 'after' },
    { node: 'bitcoin', method: 'getblock', when: 'after' },
  ] as const)('of bitcoind $when $method leaves supplies but no verdict', async (moment) => {
    const { world } = open;
    const results = await open.audit({
      interruption: { ...moment, act: () => world.devnet.bitcoind.kill() },
    });
    const report = reportOf(results, 'dbtc');
    expect(report.verdict).toBe('indeterminate');
    expect(report.reasons.map(({ code }) => code)).toEqual(['SOURCE_UNREACHABLE']);
    expect(report.reserves).toMatchObject({ sats: null, utxos: null, complete: false, tip: null });
    expect(report.reserves.addresses.every(({ sats }) => sats === null)).toBe(true);
    const [deployment] = report.supply.deployments;
    const height = BigInt(deployment?.point?.height ?? 0);
    expect(deployment?.amount).toBe(world.asset('dbtc').book.supplyAt(31337, height).toString());
    expect(report.surplus).toBeNull();
    // The second asset finds no node at all from the beginning.
    const second = reportOf(results, 'dbtc18');
    expect(second.verdict).toBe('indeterminate');
    expect(second.reserves.point).toBeNull();
    expect(second.supply.amount).not.toBeNull();
  });

  it.each([
    { node: 31338, method: 'eth_getBlockByNumber', when: 'before' },
    { node: 31338, method: 'eth_call', when: 'after' },
  ] as const)('of anvil $when $method leaves reserves but no verdict', async (moment) => {
    const { world } = open;
    const results = await open.audit({
      interruption: { ...moment, act: () => world.devnet.anvil(31338).kill() },
    });
    const report = reportOf(results, 'dbtc18');
    expect(report.verdict).toBe('indeterminate');
    expect(new Set(report.reasons.map(({ code }) => code))).toEqual(
      new Set(['SOURCE_UNREACHABLE']),
    );
    const { point, sats } = report.reserves;
    expect(sats).toBe(
      world
        .asset('dbtc18')
        .book.reservesAt(point?.height ?? 0)
        .toString(),
    );
    expect(report.supply.amount).toBeNull();
    expect(reportOf(results, 'dbtc').verdict).toBe('backed');
  });
});
