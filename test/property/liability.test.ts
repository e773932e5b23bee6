import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxSats, Sats } from '../../src/core/sats.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type LiabilityInput, sumLiability } from '../../src/reconcile/sumLiability.ts';
import { graphTokens } from '../support/graphs.ts';

const tokens = Object.values(graphTokens);
const amount = fc.bigInt(0n, 10n ** 15n);

/** Figures that do not contradict each other: what is excluded is cut out of the supply. */
const known = fc
  .subarray(tokens)
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((token) =>
        fc.record({
          token: fc.constant(token),
          net: amount,
          held: fc.array(amount, { maxLength: 3 }),
          decimals: fc.integer({ min: 0, max: 18 }),
          rate: fc.option(fc.record({ rate: fc.bigInt(1n, 10n ** 20n), decimals: fc.nat(36) })),
        }),
      ),
    ),
  )
  .map((deployments) => ({
    input: {
      supplies: deployments.map(({ token, net, held, decimals }) => ({
        token,
        decimals,
        amount: held.reduce((sum, one) => sum + one, net),
      })),
      exclusions: deployments.flatMap(({ token, held }) =>
        held.map((one, index) => ({ token, holder: String(index), amount: one })),
      ),
      rates: deployments.flatMap(({ token, rate }) => (rate ? [{ token, ...rate }] : [])),
    } satisfies LiabilityInput,
    nets: deployments,
  }));

it('is the exact sum, less than one unit above it and never below', () => {
  fc.assert(
    fc.property(known, ({ input, nets }) => {
      const { amount: sum, atLeast, atMost } = sumLiability(input);
      if (sum === null) {
        expect(nets).toEqual([]);
        return;
      }
      const exact = nets.reduce((total, { net, decimals, rate }) => {
        const scaled = net * 10n ** BigInt(18 - decimals) * (rate?.rate ?? 1n);
        return total + scaled * 10n ** BigInt(36 - (rate?.decimals ?? 0));
      }, 0n);
      const unit = 10n ** 36n;
      expect(sum * unit).toBeGreaterThanOrEqual(exact);
      expect(sum * unit - exact).toBeLessThan(unit);
      expect([atLeast, atMost]).toEqual([sum, sum]);
    }),
  );
});

it('does not depend on any order', () => {
  fc.assert(
    fc.property(known, ({ input }) => {
      const { supplies, exclusions, rates } = input;
      const reversed = {
        supplies: supplies.toReversed(),
        exclusions: exclusions.toReversed(),
        rates: rates.toReversed(),
      };
      expect(sumLiability(reversed)).toEqual(sumLiability(input));
    }),
  );
});

it('keeps the true liability within its bounds, whatever is not known of it', () => {
  const lost = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(known, lost, lost, lost, ({ input }, supplies, exclusions, rates) => {
      const truth = sumLiability(input).amount;
      const partial = sumLiability({
        supplies: input.supplies.map((one, at) => (supplies[at] ? { ...one, amount: null } : one)),
        exclusions: input.exclusions.map((one, at) =>
          exclusions[at] ? { ...one, amount: null } : one,
        ),
        rates: input.rates.map((one, at) => (rates[at] ? { ...one, rate: null } : one)),
      });
      if (truth === null) return;
      if (partial.amount !== null) expect(partial.amount).toBe(truth);
      if (partial.atLeast !== null) expect(partial.atLeast).toBeLessThanOrEqual(truth);
      if (partial.atMost !== null) expect(partial.atMost).toBeGreaterThanOrEqual(truth);
    }),
  );
});

it('is never smaller for a larger supply or rate, nor larger for it where more is excluded', () => {
  fc.assert(
    fc.property(known, fc.bigInt(1n, 10n ** 10n), ({ input }, more) => {
      const before = sumLiability(input).amount;
      const [first, ...others] = input.supplies;
      if (before === null || !first) return;
      const raised = { ...first, amount: first.amount + more };
      const grown = sumLiability({ ...input, supplies: [raised, ...others] }).amount;
      const { token } = first;
      const holding = { token, holder: 'one more', amount: more };
      const exclusions = [...input.exclusions, holding];
      expect(grown).toBeGreaterThanOrEqual(before);
      const excluded = sumLiability({ ...input, supplies: [raised, ...others], exclusions });
      expect(excluded.amount).toBe(before);
      const rates = input.rates.map((one) => ({ ...one, rate: one.rate + more }));
      expect(sumLiability({ ...input, rates }).amount).toBeGreaterThanOrEqual(before);
    }),
  );
});

it('lets a limit decide only what the whole would decide as well', () => {
  const lost = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 });
  const offset = fc.bigInt(-(10n ** 9n), 10n ** 9n);
  let onLimits = 0;
  fc.assert(
    fc.property(known, lost, offset, ({ input }, hidden, more) => {
      const truth = sumLiability(input);
      if (truth.amount === null) return;
      const { supplies, ...liability } = input;
      const exclusions = liability.exclusions.map((one, at) =>
        hidden[at] ? { ...one, amount: null } : one,
      );
      const limit = sumLiability({ supplies, exclusions, rates: liability.rates }).atMost ?? 0n;
      const near = limit / 10n ** 10n + more;
      const reserves = Sats(near < 0n ? 0n : near > maxSats ? maxSats : near);
      const common = {
        reserves,
        supplies,
        skewSeconds: 0,
        maxSkewSeconds: 0,
        ageSeconds: 0,
        maxAgeSeconds: 0,
        gaps: [],
        faults: [],
        window: null,
      };
      const partial = reconcile({
        ...common,
        liability: { ...liability, exclusions },
        unreadHoldings: exclusions.flatMap(({ token, amount }) =>
          amount === null ? [{ code: 'SOURCE_MISSING' as const, message: '', subject: token }] : [],
        ),
      });
      const whole = reconcile({ ...common, liability });
      if (partial.restsOnBounds) onLimits += 1;
      if (partial.verdict === 'backed') expect(whole.verdict).toBe('backed');
      if (partial.verdict === 'under-backed') expect(partial.supply).toBe(truth.amount);
      if (partial.surplus !== null) {
        expect(partial.surplus).toBeLessThanOrEqual(whole.surplus ?? 0n);
      }
    }),
    { numRuns: 300 },
  );
  expect(onLimits).toBeGreaterThan(0);
});
