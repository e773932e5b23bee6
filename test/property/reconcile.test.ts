import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenId } from '../../src/core/caip.ts';
import { maxSats, Sats } from '../../src/core/sats.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import type { ReconcileInput, SupplyFigure } from '../../src/reconcile/reconciliation.ts';

const token = (index: number) => TokenId(`eip155:${index + 1}/erc20:token`);

/** Amounts whose sums lie near those of the reserves, so that both verdicts are common. */
const supplies = fc
  .array(
    fc.integer({ min: 0, max: 18 }).chain((decimals) =>
      fc.record({
        decimals: fc.constant(decimals),
        amount: fc.bigInt({ min: 0n, max: 10n ** BigInt(decimals) * 1000n }),
      }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((all): readonly SupplyFigure[] =>
    all.map((one, index) => ({ ...one, token: token(index) })),
  );

const sats = fc
  .oneof(fc.bigInt({ min: 0n, max: maxSats }), fc.bigInt({ min: 0n, max: 10n ** 11n * 5n }))
  .map(Sats);

const sound = fc.record({ reserves: sats, supplies }).map(
  (figures): ReconcileInput => ({
    ...figures,
    skewSeconds: 0,
    maxSkewSeconds: 0,
    ageSeconds: 0,
    maxAgeSeconds: 0,
    gaps: [],
    faults: [],
    window: null,
  }),
);

describe('reconcile, for all figures', () => {
  it('is backed if and only if the surplus is not negative', () => {
    fc.assert(
      fc.property(sound, (input) => {
        const { verdict, surplus } = reconcile(input);
        expect(verdict).toBe((surplus ?? 0n) >= 0n ? 'backed' : 'under-backed');
      }),
    );
  });

  it('does not depend on the order of the deployments', () => {
    const shuffled = sound.chain((input) =>
      fc
        .shuffledSubarray([...input.supplies], { minLength: input.supplies.length })
        .map((other) => [input, { ...input, supplies: other }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        expect(reconcile(b)).toEqual(reconcile(a));
      }),
    );
  });

  it('does not depend on the decimals in which an amount is written', () => {
    const rescaled = sound.chain((input) =>
      fc
        .tuple(...input.supplies.map(({ decimals }) => fc.integer({ min: decimals, max: 18 })))
        .map((decimals) => ({
          input,
          other: {
            ...input,
            supplies: input.supplies.map((one, index) => {
              const wider = decimals[index] ?? one.decimals;
              const factor = 10n ** BigInt(wider - one.decimals);
              return { ...one, decimals: wider, amount: (one.amount ?? 0n) * factor };
            }),
          },
        })),
    );
    fc.assert(
      fc.property(rescaled, ({ input, other }) => {
        expect(reconcile(other)).toEqual(reconcile(input));
      }),
    );
  });

  it('lets one base unit of 18 decimals decide', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: maxSats }).map(Sats), (reserves) => {
        const at = (amount: bigint) =>
          reconcile({
            reserves,
            supplies: [{ token: token(0), amount, decimals: 18 }],
            skewSeconds: 0,
            maxSkewSeconds: 0,
            ageSeconds: 0,
            maxAgeSeconds: 0,
            gaps: [],
            faults: [],
            window: null,
          });
        const exact = reserves * 10n ** 10n;
        expect(at(exact)).toMatchObject({ verdict: 'backed', surplus: 0n, ratio: '1.00000000' });
        expect(at(exact + 1n)).toMatchObject({ verdict: 'under-backed', surplus: -1n });
        expect(at(exact + 1n).ratio).toMatch(/^0\./);
        expect(at(exact - 1n)).toMatchObject({ verdict: 'backed', surplus: 1n });
      }),
    );
  });

  it('never turns to under-backed when coins are added or tokens are burnt', () => {
    fc.assert(
      fc.property(sound, fc.bigInt({ min: 0n, max: 10n ** 12n }), (input, more) => {
        if (reconcile(input).verdict !== 'backed') return;
        const total = (input.reserves ?? 0n) + more;
        const richer = { ...input, reserves: Sats(total > maxSats ? maxSats : total) };
        expect(reconcile(richer).verdict).toBe('backed');
        const burnt = input.supplies.map((one) => ({ ...one, amount: (one.amount ?? 0n) / 2n }));
        expect(reconcile({ ...input, supplies: burnt }).verdict).toBe('backed');
      }),
    );
  });

  it('shows a ratio at or below the true one, and less than one unit of its last place below', () => {
    fc.assert(
      fc.property(sound, (input) => {
        const { ratio, reserves, supply } = reconcile(input);
        if (ratio === null || reserves === null || supply === null) return;
        const shown = BigInt(ratio.replace('.', ''));
        expect(shown * supply <= reserves * 10n ** 8n).toBe(true);
        expect((shown + 1n) * supply > reserves * 10n ** 8n).toBe(true);
      }),
    );
  });

  it('decides nothing where anything is unknown, and says why', () => {
    const breaks: readonly ((input: ReconcileInput) => ReconcileInput)[] = [
      (input) => ({ ...input, reserves: null }),
      (input) => ({ ...input, supplies: [] }),
      (input) => ({
        ...input,
        supplies: input.supplies.map((one, index) =>
          index === 0 ? { ...one, amount: null } : one,
        ),
      }),
      (input) => ({ ...input, skewSeconds: null }),
      (input) => ({ ...input, skewSeconds: 1 }),
      (input) => ({ ...input, faults: [{ code: 'SOURCE_TIMEOUT', message: 'no answer' }] }),
      (input) => ({
        ...input,
        gaps: [{ side: 'supply', reason: { code: 'COVERAGE_PARTIAL', message: 'a chain' } }],
      }),
    ];
    fc.assert(
      fc.property(sound, fc.constantFrom(...breaks), (input, spoil) => {
        const result = reconcile(spoil(input));
        expect(result.verdict).toBe('indeterminate');
        expect(result.reasons.length).toBeGreaterThan(0);
      }),
    );
  });

  it('concludes from a lower bound of the reserves at most that they suffice', () => {
    fc.assert(
      fc.property(sound, (input) => {
        const whole = reconcile(input).verdict;
        const bound = reconcile({
          ...input,
          gaps: [{ side: 'reserves', reason: { code: 'COVERAGE_PARTIAL', message: 'a wallet' } }],
        });
        expect(bound.verdict).toBe(whole === 'backed' ? 'backed' : 'indeterminate');
      }),
    );
  });

  it('holds across a window exactly if its worst and best pair give the verdict', () => {
    fc.assert(
      fc.property(sound, sats, sats, supplies, (input, one, other, most) => {
        const ordered = one < other ? ([one, other] as const) : ([other, one] as const);
        const { verdict, window } = reconcile({
          ...input,
          window: {
            lowestReserves: ordered[0],
            highestReserves: ordered[1],
            lowestSupply: input.supplies,
            highestSupply: most,
          },
        });
        if (window === null) throw new Error('all figures were known');
        const worst = window.reserves.lowest * 10n ** 10n >= window.supply.highest;
        const best = window.reserves.highest * 10n ** 10n >= window.supply.lowest;
        expect(window.holdsAcrossWindow).toBe(verdict === 'backed' ? worst : !best);
      }),
    );
  });
});
