import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianMoment, momentSpan } from '../../../src/core/bitcoinMoment.ts';

const eleven = Array.from({ length: 11 }, (_, index) => 1_000_000 + index * 600);

describe('the moment of a block', () => {
  it('is the median of the times of eleven, without a doubt', () => {
    expect(medianMoment(95, eleven)).toEqual({
      time: 1_003_000,
      doubtSeconds: 0,
      fromHeight: 95,
      toHeight: 105,
    });
  });

  it.each([1, 6, 10])('is up to two hours off with %i', (count) => {
    const { doubtSeconds, time } = medianMoment(95, eleven.slice(0, count));
    expect(doubtSeconds).toBe(7200);
    expect(time).toBe(eleven[Math.floor(count / 2)]);
  });

  it('is told by the five blocks on either side, as far as there are any', () => {
    expect(momentSpan(100, 200)).toEqual({ fromHeight: 95, toHeight: 105 });
    expect(momentSpan(100, 105)).toEqual({ fromHeight: 95, toHeight: 105 });
    expect(momentSpan(100, 102)).toEqual({ fromHeight: 95, toHeight: 102 });
    expect(momentSpan(100, 100)).toEqual({ fromHeight: 95, toHeight: 100 });
    expect(momentSpan(100, 90)).toEqual({ fromHeight: 95, toHeight: 100 });
    expect(momentSpan(2, 100)).toEqual({ fromHeight: 0, toHeight: 7 });
  });

  const times = fc.array(fc.integer({ min: 1_000_000, max: 1_020_000 }), {
    minLength: 11,
    maxLength: 11,
  });

  it('is moved by no single miner beyond what the blocks beside the middle say', () => {
    fc.assert(
      fc.property(times, fc.nat(10), fc.integer({ min: 0, max: 2_000_000 }), (all, which, lie) => {
        const sorted = all.toSorted((a, b) => a - b);
        const { time } = medianMoment(0, all.with(which, lie));
        expect(time).toBeGreaterThanOrEqual(sorted[4] ?? 0);
        expect(time).toBeLessThanOrEqual(sorted[6] ?? 0);
      }),
    );
  });

  it('lies between times that honest miners gave, where five of eleven lie', () => {
    fc.assert(
      fc.property(
        times,
        fc.array(fc.nat(4_000_000), { minLength: 5, maxLength: 5 }),
        (all, lies) => {
          const honest = all.slice(5);
          const { time } = medianMoment(0, [...lies, ...honest]);
          expect(time).toBeGreaterThanOrEqual(Math.min(...honest));
          expect(time).toBeLessThanOrEqual(Math.max(...honest));
        },
      ),
    );
  });
});
