import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { TokenId } from '../../../src/core/caip.ts';
import { Sats } from '../../../src/core/sats.ts';
import { reconcile } from '../../../src/reconcile/reconcile.ts';
import type { Reason, ReconcileInput } from '../../../src/reconcile/reconciliation.ts';

const eight = TokenId('eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599');
const eighteen = TokenId('eip155:10/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095');
const bitcoin = Sats(100_000_000n);

const oneForOne: ReconcileInput = {
  reserves: bitcoin,
  supplies: [
    { token: eight, amount: 40_000_000n, decimals: 8 },
    { token: eighteen, amount: 600_000_000_000_000_000n, decimals: 18 },
  ],
  skewSeconds: 5,
  maxSkewSeconds: 3600,
  ageSeconds: 3000,
  maxAgeSeconds: 21_600,
  gaps: [],
  faults: [],
  window: null,
};

const gap = (side: 'reserves' | 'supply') => ({
  side,
  reason: { code: 'COVERAGE_PARTIAL', message: `some ${side} are missing` } satisfies Reason,
});

const codes = (input: ReconcileInput) => reconcile(input).reasons.map(({ code }) => code);

describe('reconcile', () => {
  it('finds an asset backed to the last unit over deployments of different decimals', () => {
    expect(reconcile(oneForOne)).toEqual({
      verdict: 'backed',
      restsOnBounds: false,
      reasons: [],
      complete: { reserves: true, supply: true },
      reserves: 10n ** 18n,
      supply: 10n ** 18n,
      supplyBounds: { atLeast: null, atMost: null },
      surplus: 0n,
      ratio: '1.00000000',
      window: null,
    });
  });

  it('finds the smallest unit that is missing, names it with all digits, and rounds no ratio up', () => {
    const result = reconcile({
      ...oneForOne,
      supplies: [{ token: eighteen, amount: 10n ** 18n + 1n, decimals: 18 }],
    });
    expect(result.verdict).toBe('under-backed');
    expect(result.surplus).toBe(-1n);
    expect(result.ratio).toBe('0.99999999');
    expect(result.reasons).toEqual([
      {
        code: 'RESERVES_BELOW_SUPPLY',
        message: 'The reserves are 0.000000000000000001 BTC below the supply.',
      },
    ]);
  });

  it('gives every known figure and every reason where it cannot decide', () => {
    const fault: Reason = { code: 'SOURCE_TIMEOUT', message: 'no answer', subject: eighteen };
    const result = reconcile({
      ...oneForOne,
      supplies: [
        { token: eight, amount: 40_000_000n, decimals: 8 },
        { token: eighteen, amount: null, decimals: 18 },
      ],
      skewSeconds: 4000,
      gaps: [gap('reserves'), gap('supply')],
      faults: [fault],
    });
    expect(result.verdict).toBe('indeterminate');
    expect(result.reserves).toBe(10n ** 18n);
    expect(result.supply).toBeNull();
    expect(result.surplus).toBeNull();
    expect(result.ratio).toBeNull();
    expect(result.complete).toEqual({ reserves: false, supply: false });
    expect(result.reasons.map(({ code }) => code)).toEqual([
      'SOURCE_TIMEOUT',
      'COVERAGE_PARTIAL',
      'COVERAGE_PARTIAL',
      'SKEW_EXCEEDED',
    ]);
  });

  it('calls a lower bound of the reserves backed where it reaches the supply, else says nothing', () => {
    const reached = reconcile({ ...oneForOne, gaps: [gap('reserves')] });
    expect(reached.verdict).toBe('backed');
    expect(reached.reasons).toEqual([]);
    expect(reached.complete).toEqual({ reserves: false, supply: true });

    const short = reconcile({
      ...oneForOne,
      reserves: Sats(bitcoin - 1n),
      gaps: [gap('reserves')],
    });
    expect(short.verdict).toBe('indeterminate');
    expect([short.surplus, short.ratio]).toEqual([null, null]);
    expect(short.reasons.map(({ code }) => code)).toEqual(['COVERAGE_PARTIAL']);
  });

  it('says nothing now of a block that is older than the policy allows', () => {
    const old = { ...oneForOne, ageSeconds: 21_601 };
    expect(reconcile(old).verdict).toBe('indeterminate');
    expect(codes(old)).toEqual(['POINT_STALE']);
    expect(reconcile({ ...old, maxAgeSeconds: null }).verdict).toBe('backed');
  });

  it('gives no surplus where part of the supply is not known', () => {
    const result = reconcile({ ...oneForOne, gaps: [gap('supply')] });
    expect([result.surplus, result.ratio]).toEqual([null, null]);
    expect(result.supply).toBe(10n ** 18n);
  });

  it('takes no deployments for an unknown supply, not for none', () => {
    const result = reconcile({ ...oneForOne, supplies: [] });
    expect(result.verdict).toBe('indeterminate');
    expect(result.supply).toBeNull();
    expect(result.reasons.map(({ code }) => code)).toEqual(['COVERAGE_PARTIAL']);
  });

  it('explains each verdict, also where nobody gave a reason for what is unknown', () => {
    expect(codes({ ...oneForOne, reserves: null, skewSeconds: null })).toEqual([
      'COVERAGE_PARTIAL',
    ]);
    expect(codes({ ...oneForOne, skewSeconds: null })).toEqual(['SKEW_EXCEEDED']);
    const unread = { token: eight, amount: null, decimals: 8 };
    expect(reconcile({ ...oneForOne, supplies: [unread] }).reasons).toEqual([
      { code: 'COVERAGE_PARTIAL', message: `The supply of ${eight} is not known.`, subject: eight },
    ]);
  });

  it('has no supply to state where a token claims more than a statement can carry', () => {
    const absurd = { token: eight, amount: 2n ** 256n - 1n, decimals: 8 };
    const result = reconcile({ ...oneForOne, supplies: [absurd] });
    expect(result.verdict).toBe('indeterminate');
    expect(result.reasons.map(({ code }) => code)).toEqual(['AMOUNT_OUT_OF_RANGE']);
  });

  it('has no ratio to a supply of zero', () => {
    const result = reconcile({
      ...oneForOne,
      supplies: [{ token: eight, amount: 0n, decimals: 8 }],
    });
    expect(result.verdict).toBe('backed');
    expect(result.ratio).toBeNull();
    expect(result.surplus).toBe(10n ** 18n);
  });

  it('refuses one deployment given twice', () => {
    const twice = { token: eight, amount: 1n, decimals: 8 };
    const attempt = () => reconcile({ ...oneForOne, supplies: [twice, twice] });
    expect(attempt).toThrow(AssayError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'REGISTRY_DUPLICATE_DEPLOYMENT' }));
  });
});

describe('a reconciliation of a supply that is only limited', () => {
  const holder = '0x52908400098527886E0F7030069857D2E4169EE7';
  const held = (amount: bigint | null) => ({
    liability: { exclusions: [{ token: eight, holder, amount }], rates: [] },
  });
  const unread: Reason = { code: 'SOURCE_TIMEOUT', message: 'no answer', subject: eight };
  const limited: ReconcileInput = { ...oneForOne, ...held(null), unreadHoldings: [unread] };
  const unknown = { ...oneForOne.supplies[1], token: eighteen, amount: null, decimals: 18 };

  it('is backed where the reserves reach the most that the supply can be', () => {
    expect(reconcile(limited)).toMatchObject({
      verdict: 'backed',
      restsOnBounds: true,
      reasons: [],
      complete: { reserves: true, supply: false },
      supply: null,
      supplyBounds: {
        atLeast: { amount: 6n * 10n ** 17n, deployments: 1 },
        atMost: 10n ** 18n,
      },
      surplus: 0n,
      ratio: '1.00000000',
    });
    const both = { ...limited, reserves: null, reservesAtLeast: bitcoin };
    expect(reconcile({ ...both, gaps: [gap('reserves')] })).toMatchObject({
      verdict: 'backed',
      restsOnBounds: true,
    });
  });

  it('says nothing where they do not, however few they are', () => {
    for (const reserves of [Sats(bitcoin - 1n), Sats(0n)]) {
      expect(reconcile({ ...limited, reserves })).toMatchObject({
        verdict: 'indeterminate',
        restsOnBounds: false,
        reasons: [unread],
        surplus: null,
        ratio: null,
      });
    }
  });

  it('has no limit where the registry lacks something of the supply', () => {
    expect(reconcile({ ...limited, gaps: [gap('supply')] })).toMatchObject({
      verdict: 'indeterminate',
      supplyBounds: { atLeast: null, atMost: null },
      reasons: [unread, { code: 'COVERAGE_PARTIAL' }],
    });
  });

  it('concludes nothing from limits where a fault or a distance in time stands against it', () => {
    expect(reconcile({ ...limited, faults: [unread] }).verdict).toBe('indeterminate');
    expect(reconcile({ ...limited, skewSeconds: 3601 }).verdict).toBe('indeterminate');
  });

  it('has a lower limit alone where a supply is not known, with a formula and without', () => {
    const supplies = [...oneForOne.supplies.slice(0, 1), unknown];
    const bounds = { atLeast: { amount: 4n * 10n ** 17n, deployments: 1 }, atMost: null };
    expect(reconcile({ ...oneForOne, supplies }).supplyBounds).toEqual(bounds);
    expect(reconcile({ ...oneForOne, supplies, ...held(0n) }).supplyBounds).toEqual(bounds);
    expect(reconcile({ ...oneForOne, supplies: [unknown] }).supplyBounds.atLeast).toBeNull();
  });

  it('names the token of which more would be taken off than there is', () => {
    const result = reconcile({ ...oneForOne, ...held(40_000_001n) });
    expect(result.verdict).toBe('indeterminate');
    expect(result.supplyBounds.atMost).toBeNull();
    expect(result.reasons).toMatchObject([{ code: 'COVERAGE_PARTIAL', subject: eight }]);
  });
});

describe('the window of a reconciliation', () => {
  const supplies = (amount: bigint) => [{ token: eight, amount, decimals: 8 }];
  const around = (lowest: bigint, highest: bigint, least: bigint, most: bigint) =>
    reconcile({
      ...oneForOne,
      supplies: supplies(90_000_000n),
      window: {
        lowestReserves: Sats(lowest),
        highestReserves: Sats(highest),
        lowestSupply: supplies(least),
        highestSupply: supplies(most),
      },
    }).window;

  it('holds where the worst pair is backed too', () => {
    expect(around(95_000_000n, 100_000_000n, 90_000_000n, 95_000_000n)).toEqual({
      reserves: { lowest: 95_000_000n, highest: 100_000_000n },
      supply: { lowest: 9n * 10n ** 17n, highest: 95n * 10n ** 16n },
      holdsAcrossWindow: true,
    });
  });

  it('does not hold where the lowest reserves are below the highest supply', () => {
    expect(around(95_000_000n, 100_000_000n, 90_000_000n, 95_000_001n)?.holdsAcrossWindow).toBe(
      false,
    );
  });

  it('always holds the main figures, which are one of its states', () => {
    const window = around(99_000_000n, 99_500_000n, 91_000_000n, 92_000_000n);
    expect(window?.reserves.highest).toBe(100_000_000n);
    expect(window?.supply.lowest).toBe(9n * 10n ** 17n);
  });

  it('is not known where one of its figures, or a main figure, is not', () => {
    const window = {
      lowestReserves: bitcoin,
      highestReserves: bitcoin,
      lowestSupply: supplies(1n),
      highestSupply: [{ token: eight, amount: null, decimals: 8 }],
    };
    expect(reconcile({ ...oneForOne, window }).window).toBeNull();
    const known = { ...window, highestSupply: supplies(1n) };
    expect(reconcile({ ...oneForOne, reserves: null, window: known }).window).toBeNull();
  });
});
