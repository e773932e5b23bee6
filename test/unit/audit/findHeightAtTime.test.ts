import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHeightAtTime } from '../../../src/audit/findHeightAtTime.ts';
import { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';

const chain = ChainId('bip122:000000000019d6689c085ae165831e93');

function find(times: readonly number[], time: number): Promise<number> {
  const height = times.length - 1;
  const tip = { chain, height, hash: 'ab'.repeat(32), time: UnixTime(times[height] ?? 0) };
  return findHeightAtTime(UnixTime(time), tip, async (at) => UnixTime(times[at] ?? 0));
}

describe('findHeightAtTime', () => {
  it('names the last block that is not after the moment', async () => {
    const times = [100, 200, 300, 400];
    expect(await find(times, 100)).toBe(0);
    expect(await find(times, 299)).toBe(1);
    expect(await find(times, 300)).toBe(2);
    expect(await find(times, 399)).toBe(2);
  });

  it('cannot name one at or after the newest block, nor before the first', async () => {
    await expectCode(() => find([100, 200], 200), 'BITCOIN_TIME_UNKNOWN');
    await expectCode(() => find([100, 200], 99), 'BITCOIN_TIME_UNKNOWN');
  });

  it('names a block before the moment with a successor after it, though times go back', async () => {
    const steps = fc.array(fc.integer({ min: -7000, max: 9000 }), { minLength: 2, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (changes, pick) => {
        let time = 10_000_000;
        const times = changes.map((change) => {
          time += change;
          return time;
        });
        const [first = 0] = times;
        const last = times.at(-1) ?? 0;
        fc.pre(last > first);
        const moment = first + (pick % (last - first));
        const height = await find(times, moment);
        expect(times[height]).toBeLessThanOrEqual(moment);
        expect(times[height + 1]).toBeGreaterThan(moment);
      }),
    );
  });
});
