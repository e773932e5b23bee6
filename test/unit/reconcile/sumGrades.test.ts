import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlGrades } from '../../../src/core/controlGrade.ts';
import { formatRatio } from '../../../src/core/formatRatio.ts';
import { sumGrades } from '../../../src/reconcile/sumGrades.ts';

const btc = 10n ** 18n;

describe('sumGrades', () => {
  it('gives each grade its addresses, its coins and its part of the supply, truncated', () => {
    const shares = sumGrades(
      [
        { grade: 'proven', sats: 41_000_000n },
        { grade: 'published', sats: 59_020_000n },
        { grade: 'proven', sats: 1n },
      ],
      3n * btc,
    );
    expect(shares).toEqual({
      proven: { addresses: 2, sats: 41_000_001n, ratio: '0.13666667' },
      derived: { addresses: 0, sats: 0n, ratio: '0.00000000' },
      published: { addresses: 1, sats: 59_020_000n, ratio: '0.19673333' },
      claimed: { addresses: 0, sats: 0n, ratio: '0.00000000' },
    });
  });

  it('does not know the part of a grade of which one address is unknown', () => {
    const shares = sumGrades(
      [
        { grade: 'claimed', sats: null },
        { grade: 'claimed', sats: 5n },
        { grade: 'derived', sats: 7n },
      ],
      btc,
    );
    expect(shares.claimed).toEqual({ addresses: 2, sats: null, ratio: null });
    expect(shares.derived).toEqual({ addresses: 1, sats: 7n, ratio: '0.00000007' });
  });

  it('gives no ratios where the whole has none', () => {
    const shares = sumGrades([{ grade: 'proven', sats: 5n }], null);
    expect(shares.proven).toEqual({ addresses: 1, sats: 5n, ratio: null });
    expect(shares.claimed.ratio).toBeNull();
  });

  it('never lets the parts add up to more than the whole', () => {
    const amounts = fc.array(
      fc.record({
        grade: fc.constantFrom(...controlGrades),
        sats: fc.bigInt({ min: 0n, max: 10n ** 13n }),
      }),
    );
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 1n, max: 10n ** 25n }), (all, supply) => {
        const shares = Object.values(sumGrades(all, supply));
        const whole = all.reduce((sum, one) => sum + one.sats, 0n);
        expect(shares.reduce((sum, one) => sum + (one.sats ?? 0n), 0n)).toBe(whole);
        const places = (ratio: string | null) => BigInt((ratio ?? '').replace('.', ''));
        const parts = shares.reduce((sum, one) => sum + places(one.ratio), 0n);
        const ratio = places(formatRatio(whole * 10n ** 10n, supply));
        expect(parts <= ratio && ratio - parts < 4n).toBe(true);
      }),
    );
  });
});
