import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditResult } from '../../../demo/auditWorld.ts';
import { openEndpoints } from '../../../demo/openEndpoints.ts';
import { type NaiveReading, readNaively } from '../../../demo/readNaively.ts';
import type { Scenario } from '../../../demo/scenario.ts';
import { bridge } from '../../../demo/scenarios/bridge.ts';
import { inflight } from '../../../demo/scenarios/inflight.ts';
import { liar } from '../../../demo/scenarios/liar.ts';
import { none } from '../../../demo/scenarios/none.ts';
import { outage } from '../../../demo/scenarios/outage.ts';
import { overmint } from '../../../demo/scenarios/overmint.ts';
import { reorg } from '../../../demo/scenarios/reorg.ts';
import { shortfall } from '../../../demo/scenarios/shortfall.ts';
import { sweep } from '../../../demo/scenarios/sweep.ts';
import { scenarios } from '../../../demo/scenarios.ts';

import type { World } from '../../../demo/world.ts';
import type { BitcoinBlock } from '../../../devnet/createTimeline.ts';
import type { Report } from '../../../src/attest/report.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import {
  closeSources,
  openBitcoinSources,
  openSupplySources,
} from '../../../src/cli/openSources.ts';
import { expectConsistent } from './expectConsistent.ts';
import { type OpenWorld, openWorld, readClock } from './openWorld.ts';

const btc = 100_000_000n;

/** One scenario played and audited. */
interface Played {
  readonly world: World;
  /** Audits it once more, in another way. */
  readonly audit: OpenWorld['audit'];
  /** The newest block before the audit. */
  readonly tip: BitcoinBlock;
  readonly naive: ReadonlyMap<string, NaiveReading>;
  readonly results: ReadonlyMap<string, AuditResult>;
}

interface Scene {
  readonly scenario: Scenario;
  readonly played: () => Played;
  report(id: string): Report;
}

/** Plays a scenario once for all tests of the enclosing `describe`, with those that all have. */
function playScenario(scenario: Scenario): Scene {
  let close: (() => Promise<void>) | undefined;
  let done: Played | undefined;
  beforeAll(async () => {
    const opened = await openWorld(scenario);
    close = opened.close;
    const { world } = opened;
    const tip = await world.devnet.readBitcoinTip();
    const naive = new Map<string, NaiveReading>();
    if (scenario.naive) {
      for (const asset of world.assets) {
        naive.set(asset.id, await readNaively(asset, scenario.naive, world));
      }
    }
    done = { world, tip, naive, audit: opened.audit, results: await opened.audit(scenario) };
  });
  afterAll(() => close?.());
  const played = (): Played => {
    if (!done) throw new Error('the scenario was not played');
    return done;
  };
  const report = (id: string): Report => {
    const result = played().results.get(id);
    if (!result) throw new Error(`${id} was not audited`);
    return result.verified.report;
  };
  const scene = { scenario, played, report };
  testWhatAllHave(scene);
  return scene;
}

function testWhatAllHave({ scenario, played, report }: Scene): void {
  it('has the verdicts of its story', () => {
    const verdicts = [...played().results].map(([id, { verified }]) => [id, verified.verdict]);
    expect(Object.fromEntries(verdicts)).toEqual(scenario.expected);
  });

  it('gives figures of blocks that are in the best chains, as the books have them', async () => {
    for (const { id } of played().world.assets) await expectConsistent(report(id), played().world);
  });

  it('ends at about now', () => {
    const now = report('dbtc').observedAt;
    expect(played().tip.time).toBeLessThanOrEqual(now);
    expect(played().tip.time).toBeGreaterThan(now - 120);
  });
}

it('tests every scenario that there is', () => {
  const tested = [none, shortfall, overmint, sweep, reorg, outage, inflight, liar, bridge];
  expect([...scenarios.values()]).toEqual(tested);
});

describe('with nothing special', () => {
  const { played, report } = playScenario(none);

  it('audits 40 addresses of all kinds, and 18 decimals on two chains', () => {
    const { reserves } = report('dbtc');
    expect(reserves.addresses).toHaveLength(40);
    expect(Math.max(...reserves.addresses.map(({ utxos }) => utxos ?? 0))).toBeGreaterThan(300);
    expect(reserves.addresses.filter(({ sats }) => sats === '0')).toHaveLength(8);
    const scriptTypes = played()
      .results.get('dbtc')
      ?.asset.custody.map((one) => one.scriptType);
    expect(new Set(scriptTypes)).toEqual(new Set(['p2pkh', 'p2sh', 'p2wpkh', 'p2wsh', 'p2tr']));
    const chains = report('dbtc18').supply.deployments.map(({ point }) => point?.chain);
    expect(chains).toEqual(['eip155:31337', 'eip155:31338']);
    // Not a multiple of a satoshi.
    expect(BigInt(report('dbtc18').supply.amount ?? 0) % 10n ** 10n).not.toBe(0n);
  });

  it('finds a small surplus, in the whole window', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      const { ratio, window, reasons } = report(id);
      expect(ratio).toMatch(/^1\.00[1-9]\d{5}$/);
      expect(window?.holdsAcrossWindow).toBe(true);
      expect(reasons).toEqual([]);
    }
  });

  it('audits the block under six confirmations, both sides within a minute', () => {
    const { point } = report('dbtc').reserves;
    expect(point?.height).toBe(played().tip.height - 5);
    for (const { skewSeconds } of report('dbtc18').supply.deployments) {
      expect(skewSeconds).toBeGreaterThanOrEqual(0);
      expect(skewSeconds).toBeLessThan(60);
    }
  });
});

describe('a shortfall', () => {
  const { played, report } = playScenario(shortfall);

  it('is the 30 BTC that were spent, and the fees', () => {
    const { point, sats } = report('dbtc').reserves;
    const { book } = played().world.asset('dbtc');
    const missing = book.reservesAt((point?.height ?? 0) - 2) - BigInt(sats ?? 0);
    expect(missing).toBeGreaterThan(30n * btc);
    expect(missing).toBeLessThan(30n * btc + 10_000n);
  });

  it('is given with all its digits, and holds over the window', () => {
    const { reasons, surplus, window, ratio } = report('dbtc');
    expect(reasons.map(({ code }) => code)).toEqual(['RESERVES_BELOW_SUPPLY']);
    expect(BigInt(surplus?.amount ?? 0)).toBeLessThan(-29n * 10n ** 18n);
    expect(ratio).toMatch(/^0\.9\d{7}$/);
    expect(window?.holdsAcrossWindow).toBe(true);
  });
});

describe('an overmint', () => {
  const { report } = playScenario(overmint);

  it('shows only in the sum over both chains', () => {
    const { reserves, supply, reasons } = report('dbtc18');
    const held = BigInt(reserves.sats ?? 0) * 10n ** 10n;
    for (const { amount } of supply.deployments) expect(BigInt(amount ?? 0)).toBeLessThan(held);
    expect(BigInt(supply.amount ?? 0)).toBeGreaterThan(held);
    expect(reasons.map(({ code }) => code)).toEqual(['RESERVES_BELOW_SUPPLY']);
  });
});

describe('a sweep', () => {
  const { played, report } = playScenario(sweep);

  it('changes nothing of the audited reserves, to the satoshi', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      const { point, sats } = report(id).reserves;
      const { book } = played().world.asset(id);
      expect(sats).toBe(book.reservesAt((point?.height ?? 0) - 20).toString());
    }
  });

  it('shows its fees in the window, which holds', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      const { reserves, window } = report(id);
      const { book } = played().world.asset(id);
      expect(window?.reserves.highestSats).toBe(reserves.sats);
      expect(window?.reserves.lowestSats).toBe(book.reservesAt(played().tip.height).toString());
      expect(window?.reserves.lowestSats).not.toBe(reserves.sats);
      expect(window?.holdsAcrossWindow).toBe(true);
    }
  });

  it('leaves a naive reader without a single confirmed output', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      expect(played().naive.get(id)).toMatchObject({ verdict: 'under-backed', sats: 0n });
    }
  });
});

describe('a reorganisation during the audit', () => {
  const { played, report } = playScenario(reorg);

  it('is answered wholly on the new chain', () => {
    const { point, tip, sats } = report('dbtc').reserves;
    expect(tip?.height).toBe(played().tip.height + 1);
    expect(point?.height).toBe(played().tip.height - 4);
    expect(tip?.hash).not.toBe(played().tip.hash);
    // The payment that the old chain had is not in these reserves, and the burn is in the supply.
    const { book } = played().world.asset('dbtc');
    expect(sats).toBe(book.reservesAt(played().tip.height - 20).toString());
    expect(BigInt(report('dbtc').surplus?.amount ?? 0)).toBeGreaterThan(20n * 10n ** 18n);
  });
});

describe('an outage during the audit', () => {
  const { played, report } = playScenario(outage);

  it('leaves the figures that could be established', () => {
    const { reserves, supply, surplus, ratio, window } = report('dbtc18');
    const { book } = played().world.asset('dbtc18');
    expect(reserves.sats).toBe(book.reservesAt(reserves.point?.height ?? 0).toString());
    const [first, second] = supply.deployments;
    const height = BigInt(first?.point?.height ?? 0);
    expect(first?.amount).toBe(book.supplyAt(31337, height).toString());
    expect(second).toMatchObject({ amount: null });
    expect({ sum: supply.amount, surplus, ratio, window }).toEqual({
      sum: null,
      surplus: null,
      ratio: null,
      window: null,
    });
  });

  it('says which node was not there, and signs no amounts', () => {
    const { reasons } = report('dbtc18');
    expect(reasons.map(({ code }) => code)).toEqual(['SOURCE_UNREACHABLE']);
    expect(reasons[0]?.subject).toMatch(/^eip155:31338\//);
    const statement = played().results.get('dbtc18')?.verified.statement.message;
    expect(statement).toMatchObject({
      verdict: '0',
      reserves: (2n ** 256n - 1n).toString(),
      supply: (2n ** 256n - 1n).toString(),
    });
  });

  it('does not touch the asset that does not need the node', async () => {
    await expectConsistent(report('dbtc'), played().world);
    expect(report('dbtc').reasons).toEqual([]);
  });
});

describe('coins and tokens in flight', () => {
  const { played, report } = playScenario(inflight);

  it('make a naive reader see a shortfall that is none', () => {
    expect(played().naive.get('dbtc')?.verdict).toBe('under-backed');
    expect(report('dbtc')).toMatchObject({ verdict: 'backed', reasons: [] });
  });

  it('hide one from him that is', () => {
    expect(played().naive.get('dbtc18')?.verdict).toBe('backed');
    const { verdict, surplus } = report('dbtc18');
    expect(verdict).toBe('under-backed');
    expect(BigInt(surplus?.amount ?? 0)).toBeLessThan(-3n * 10n ** 18n);
  });

  it('show in the window, over which neither verdict holds', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      const { window } = report(id);
      const { book } = played().world.asset(id);
      const tipSats = book.reservesAt(played().tip.height).toString();
      expect([window?.reserves.lowestSats, window?.reserves.highestSats]).toContain(tipSats);
      expect(window?.holdsAcrossWindow).toBe(false);
    }
  });
});

describe('a liar among three operators', () => {
  const { played, report } = playScenario(liar);

  it('is outvoted, and the report says about which output, and who says what', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      const { reserves } = report(id);
      expect(reserves.agreement).toEqual({ operators: 2, of: 3 });
      expect(reserves.disputes).toHaveLength(1);
      const [dispute] = reserves.disputes;
      expect(dispute?.outpoint).toMatch(/^[0-9a-f]{64}:\d+$/);
      const [{ sats: truth } = { sats: null }] = dispute?.claims ?? [];
      expect(truth).toMatch(/^\d+$/);
      expect(dispute?.claims).toEqual([
        { operator: 'alice', sats: truth },
        { operator: 'bob', sats: truth },
        { operator: 'mallory', sats: null },
      ]);
    }
  });

  it('would make both assets short by an output alone', () => {
    for (const id of ['dbtc', 'dbtc18']) {
      const { reserves, supply, disputes } = { ...report(id), ...report(id).reserves };
      const told = reserves.observations.map(({ operator, sats, agrees }) => [
        operator,
        BigInt(sats ?? 0),
        agrees,
      ]);
      const held = BigInt(reserves.sats ?? 0);
      const hidden = BigInt(disputes[0]?.claims[0]?.sats ?? 0);
      expect(told).toEqual([
        ['alice', held, true],
        ['bob', held, true],
        ['mallory', held - hidden, false],
      ]);
      expect((held - hidden) * 10n ** 10n).toBeLessThan(BigInt(supply.amount ?? 0));
    }
  });

  it('keeps a quorum of three from being met: no reserves, no verdict', async () => {
    const results = await played().audit({ ...liar, quorum: 3 });
    for (const id of ['dbtc', 'dbtc18']) {
      const { verdict, reserves, surplus, reasons } =
        results.get(id)?.verified.report ?? expect.fail(`${id} was not audited`);
      expect({ verdict, sats: reserves.sats, surplus }).toEqual({
        verdict: 'indeterminate',
        sats: null,
        surplus: null,
      });
      expect(reasons.map(({ code }) => code)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
      expect(reserves.disputes).toEqual(report(id).reserves.disputes);
      expect(reasons[0]?.message).toContain(`output ${reserves.disputes[0]?.outpoint} of`);
      expect(reasons[0]?.message).toMatch(/BTC \(alice, bob\) or not there \(mallory\)$/);
      // What is certain all the same, to the satoshi.
      const { book } = played().world.asset(id);
      const disputed = reserves.disputes[0]?.address ?? '';
      const { height = 0 } = reserves.point ?? {};
      const certain = book.reservesAt(height) - (book.holdingsAt(height).get(disputed) ?? 0n);
      expect(reserves.atLeast?.sats).toBe(certain.toString());
    }
  });
});

describe('a bridge that mints what nobody locked', () => {
  const { played, report } = playScenario(bridge);
  const edgesOf = ({ graph }: Report) =>
    graph?.edges.map(({ lockbox, verdict, locked, minted, surplus }) => ({
      ...{ lockbox, verdict, locked, minted, surplus },
    }));
  const oftEdge = {
    lockbox: 'oft-adapter',
    verdict: 'backed',
    locked: '12000000010000000000',
    minted: '12000000010000000000',
    surplus: '0',
  };

  it('is short by just these copies, and the bridge beside it is not', () => {
    expect(edgesOf(report('dbtc'))).toEqual([
      oftEdge,
      {
        lockbox: 'lock-bridge',
        verdict: 'under-backed',
        locked: '20000000000000000000',
        minted: '23000000010000000000',
        surplus: '-3000000010000000000',
      },
    ]);
  });

  it('changes nothing of the asset: no copy is counted, and nothing is found against it', () => {
    const { supply, reasons, graph } = report('dbtc');
    expect(reasons).toEqual([]);
    expect(supply.deployments).toHaveLength(1);
    expect(graph?.deployments.map(({ kind }) => kind).sort()).toEqual([
      ...['bridged', 'bridged', 'canonical'],
    ]);
    expect(report('dbtc18').graph?.edges).toEqual([]);
  });

  it('reads the lockboxes and the copies at the moment of the reserves', () => {
    const { graph, reserves } = report('dbtc');
    for (const { point } of graph?.deployments ?? []) {
      const skew = (reserves.point?.time ?? 0) - (point?.time ?? 0);
      expect(skew).toBeGreaterThanOrEqual(0);
      expect(skew).toBeLessThan(60);
    }
  });

  it('was right an hour before, at the same blocks on both sides', async () => {
    const { world, tip, results } = played();
    const asset = results.get('dbtc')?.asset ?? expect.fail('dbtc was not audited');
    const endpoints = await openEndpoints(world);
    const bitcoin = openBitcoinSources(endpoints.bitcoin, asset.network);
    const supply = openSupplySources(
      endpoints.rpc,
      asset.deployments.map(({ chain }) => chain),
    );
    const dependencies = { bitcoin, supply, clock: readClock };
    // The last block before the copies that nobody locked anything for.
    const options = { graph: true, atHeight: tip.height - 7 };
    try {
      const before = await auditAsset(asset, options, dependencies);
      expect(before.verdict).toBe('backed');
      expect(edgesOf(before)).toEqual([
        oftEdge,
        {
          lockbox: 'lock-bridge',
          verdict: 'backed',
          locked: '20000000000000000000',
          minted: '20000000000000000000',
          surplus: '0',
        },
      ]);
    } finally {
      await closeSources([...bitcoin, ...supply]);
      await endpoints.close();
    }
  });
});
