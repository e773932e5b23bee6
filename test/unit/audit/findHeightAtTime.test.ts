import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHeightAtTime } from '../../../src/audit/findHeightAtTime.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';

function find(times: readonly number[], time: number, top = times.length - 1): Promise<number> {
  return findHeightAtTime(UnixTime(time), top, async (at) => {
    const found = times[at];
    if (found === undefined || at > top) throw new Error(`read block ${at}, above ${top}`);
    return UnixTime(found);
  });
}

/** 100, 200, 300, … */
function steady(count: number): number[] {
  return Array.from({ length: count }, (_, height) => 100 * (height + 1));
}

describe('findHeightAtTime', () => {
  it('names the last block that is not after the moment', async () => {
    const times = steady(10);
    expect(await find(times, 100)).toBe(0);
    expect(await find(times, 299)).toBe(1);
    expect(await find(times, 300)).toBe(2);
    expect(await find(times, 399)).toBe(2);
  });

  it('cannot name one before the first block', async () => {
    await expectCode(() => find(steady(10), 99), 'BITCOIN_TIME_UNKNOWN');
  });

  it('cannot name one while fewer than six later blocks are known', async () => {
    const times = steady(10);
    expect(await find(times, 400)).toBe(3);
    for (const moment of [500, 999, 1000, 5000]) {
      const error = await expectCode(() => find(times, moment), 'BITCOIN_TIME_UNKNOWN');
      expect(error.message).toContain('fewer than 6 blocks after it');
      expect(error.facts).toEqual({ time: moment });
    }
  });

  it('names the highest of several, where a block is earlier than its parent', async () => {
    //             0    1    2    3     4    5     6    7    8
    const times = [
      100,
      200,
      300,
      1000,
      400,
      1100,
      500,
      600,
      700,
      ...steady(20).map((t) => t + 700),
    ];
    expect(await find(times, 350)).toBe(2);
    expect(await find(times, 450)).toBe(4);
    expect(await find(times, 599)).toBe(6);
    expect(await find(times, 1000)).toBe(11);
    // Equal to the time of an early block, with lower times behind it.
    expect(times[3]).toBe(1000);
    expect(times[11]).toBe(1000);
  });

  /** Times as the consensus rule allows them: above the median of the eleven before. */
  const chains = fc
    .array(fc.integer({ min: 1, max: 9000 }), { minLength: 30, maxLength: 150 })
    .map((steps) => {
      const times: number[] = [];
      for (const step of steps) {
        const last = times.slice(-11).sort((a, b) => a - b);
        times.push((last[Math.floor(last.length / 2)] ?? 10_000) + step);
      }
      return times;
    });

  it('names the highest one of all, on any chain that keeps to the rule', async () => {
    let isBackwards = false;
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(), async (times, pick) => {
        isBackwards ||= times.some((time, height) => time < (times[height - 1] ?? 0));
        const moment = (times[0] ?? 0) + (pick % 400_000);
        const last = times.findLastIndex((time) => time <= moment);
        if (last + 6 < times.length) expect(await find(times, moment)).toBe(last);
        else await expectCode(() => find(times, moment), 'BITCOIN_TIME_UNKNOWN');
      }),
    );
    expect(isBackwards).toBe(true);
  });

  it('names the same one however long the chain has grown since', async () => {
    let answers = 0;
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(), fc.nat(), async (times, pick, cut) => {
        const top = 20 + (cut % (times.length - 20));
        const past = times.slice(0, top - 16).sort((a, b) => a - b);
        const moment = past[pick % past.length] ?? 0;
        const early = await find(times, moment, top).catch(() => null);
        if (early === null) return;
        answers += 1;
        expect(await find(times, moment)).toBe(early);
      }),
    );
    expect(answers).toBeGreaterThan(0);
  });
});
