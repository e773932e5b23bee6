import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHeightAtTime } from '../../../src/audit/findHeightAtTime.ts';
import { medianMoment, momentSpan } from '../../../src/core/bitcoinMoment.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';

/** Over moments of blocks. */
function find(
  moments: readonly number[],
  time: number,
  highest = moments.length - 1,
): Promise<number> {
  return findHeightAtTime(UnixTime(time), highest, async (at) => {
    const found = moments[at];
    if (found === undefined || at > highest) throw new Error(`read block ${at}, above ${highest}`);
    return UnixTime(found);
  });
}

/** 100, 200, 300, … */
const steady = Array.from({ length: 10 }, (_, height) => 100 * (height + 1));

describe('findHeightAtTime', () => {
  it('names the last block whose moment is not after the one asked for', async () => {
    expect(await find(steady, 100)).toBe(0);
    expect(await find(steady, 299)).toBe(1);
    expect(await find(steady, 300)).toBe(2);
    expect(await find(steady, 399)).toBe(2);
    expect(await find([100, 200, 200, 200, 300], 200)).toBe(3);
  });

  it('cannot name one before the first block', async () => {
    await expectCode(() => find(steady, 99), 'BITCOIN_TIME_UNKNOWN');
  });

  it('cannot name one while the moment of the next is not known', async () => {
    expect(await find(steady, 999)).toBe(8);
    for (const moment of [1000, 5000]) {
      const error = await expectCode(() => find(steady, moment), 'BITCOIN_TIME_UNKNOWN');
      expect(error.message).toContain('fewer than six blocks after it');
      expect(error.facts).toEqual({ time: moment });
    }
    await expectCode(() => find([], 100), 'BITCOIN_TIME_UNKNOWN');
  });

  /** Times as the consensus rule allows them: above the median of the eleven before. */
  const chains = fc
    .array(fc.integer({ min: 1, max: 9000 }), { minLength: 30, maxLength: 80 })
    .map((steps) => {
      const times: number[] = [];
      for (const step of steps) {
        const last = times.slice(-11).sort((a, b) => a - b);
        times.push((last[Math.floor(last.length / 2)] ?? 10_000) + step);
      }
      return times;
    });

  /** The moments of all blocks that have one for certain, or that begin the chain. */
  function momentsOf(times: readonly number[]): number[] {
    return times.slice(0, -5).map((_, height) => {
      const { fromHeight, toHeight } = momentSpan(height, times.length - 1);
      return medianMoment(fromHeight, times.slice(fromHeight, toHeight + 1)).time;
    });
  }

  it('names the highest one of all, on any chain that keeps to the rule', () =>
    fc.assert(
      fc.asyncProperty(chains, fc.nat(), async (times, pick) => {
        const moments = momentsOf(times);
        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        const asked = (times[0] ?? 0) + (pick % 400_000);
        const last = moments.findLastIndex((moment) => moment <= asked);
        if (last >= 0 && last + 1 < moments.length) expect(await find(moments, asked)).toBe(last);
        else await expectCode(() => find(moments, asked), 'BITCOIN_TIME_UNKNOWN');
      }),
    ));

  it('names the same one however long the chain has grown since', async () => {
    let answers = 0;
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(), fc.nat(), async (times, pick, cut) => {
        const early = momentsOf(times.slice(0, 20 + (cut % (times.length - 20))));
        const asked = early[pick % early.length] ?? 0;
        const named = await find(early, asked).catch(() => null);
        if (named === null) return;
        answers += 1;
        expect(await find(momentsOf(times), asked)).toBe(named);
      }),
    );
    expect(answers).toBeGreaterThan(0);
  });
});
