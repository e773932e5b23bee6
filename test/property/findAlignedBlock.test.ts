import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnixTime } from '../../src/core/unixTime.ts';
import {
  findAlignedBlock,
  maxAlignedRounds,
  type TimedBlock,
} from '../../src/supply/findAlignedBlock.ts';
import { headersPerRound } from '../../src/supply/planHeaderRound.ts';

/** A chain given by a function from height to time, with a count of the rounds. */
function createReader(timeAt: (height: number) => number) {
  const blockAt = (height: number): TimedBlock => ({ height, time: UnixTime(timeAt(height)) });
  const reader = {
    rounds: 0,
    blockAt,
    readHeaders: async (heights: readonly number[]) => {
      reader.rounds += 1;
      expect(heights.length).toBeGreaterThan(0);
      expect(heights.length).toBeLessThanOrEqual(headersPerRound);
      return heights.map(blockAt);
    },
  };
  return reader;
}

/** Timestamps that never fall, with stretches of equal ones and sudden leaps. */
const gaps = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 400 }),
  fc.array(fc.constantFrom(0, 0, 1, 12, 100_000), { minLength: 1, maxLength: 400 }),
);

describe('findAlignedBlock', () => {
  it('finds the block that a linear scan finds, whatever the timestamps are', async () => {
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 0, max: 1_000 }), async (steps, share) => {
        let last = 1_000;
        const times = steps.map((step) => {
          last += step;
          return last;
        });
        const final = times.length - 1;
        const time = UnixTime(990 + Math.floor(((last - 980) * share) / 1_000));
        const expected = times.findLastIndex((one) => one <= time);
        const reader = createReader((height) => times[height] ?? Number.NaN);
        const search = findAlignedBlock(time, reader.blockAt(final), reader.readHeaders);
        if (expected === -1) {
          await expect(search).rejects.toMatchObject({ code: 'SUPPLY_BLOCK_UNAVAILABLE' });
        } else {
          expect((await search).height).toBe(expected);
        }
        expect(reader.rounds).toBeLessThanOrEqual(maxAlignedRounds(final));
      }),
      { numRuns: 500 },
    );
  });

  it('needs at most 11 rounds on 20 million blocks with the worst timestamps', async () => {
    const height = 20_000_000;
    expect(maxAlignedRounds(height)).toBe(11);
    // A curve that misleads every guess by proportion.
    const bends = [0.02, 0.2, 5, 50];
    for (const bend of bends) {
      const reader = createReader((at) => Math.floor(4e9 * (at / height) ** bend));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 4e9 - 1 }), async (time) => {
          reader.rounds = 0;
          const found = await findAlignedBlock(
            UnixTime(time),
            reader.blockAt(height),
            reader.readHeaders,
          );
          expect(found.time).toBeLessThanOrEqual(time);
          expect(reader.blockAt(found.height + 1).time).toBeGreaterThan(time);
          expect(reader.rounds).toBeLessThanOrEqual(11);
        }),
        { numRuns: 200 },
      );
    }
  });

  it.each([
    { name: 'Ethereum', slot: 12, missed: 0.01 },
    { name: 'a chain of proof of work', slot: 1, missed: 12 / 13 },
    { name: 'a roll-up', slot: 2, missed: 0 },
  ])(
    'needs at most 5 rounds within a day of 20 million blocks like those of $name, 6 within a year',
    async ({ slot, missed }) => {
      const times = simulateTimes(20_000_000, slot, missed);
      const reader = createReader((height) => times[height] ?? Number.NaN);
      const final = reader.blockAt(times.length - 1);
      const searchAgo = async (ago: number, mostRounds: number) => {
        const time = UnixTime(final.time - ago);
        reader.rounds = 0;
        const found = await findAlignedBlock(time, final, reader.readHeaders);
        expect(found.time).toBeLessThanOrEqual(time);
        expect(times[found.height + 1]).toBeGreaterThan(time);
        expect(reader.rounds).toBeLessThanOrEqual(mostRounds);
      };
      const day = 86_400;
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: day }), (ago) => searchAgo(ago, 5)),
        { numRuns: 300, seed: 1 },
      );
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: Math.min(365 * day, final.time - 1) }), (ago) =>
          searchAgo(ago, 6),
        ),
        { numRuns: 300 },
      );
    },
  );

  it('ends in an error or a block, never in a loop, when a server makes its times up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.infiniteStream(fc.option(fc.integer({ min: 0, max: 2_000 }), { freq: 9 })),
        async (height, lies) => {
          const final = { height, time: UnixTime(2_000) };
          let rounds = 0;
          const search = findAlignedBlock(UnixTime(1_000), final, async (heights) => {
            rounds += 1;
            return heights.map((at) => {
              const { value } = lies.next();
              return value == null ? null : { height: at, time: UnixTime(value) };
            });
          });
          const outcome = await search.then(
            (block) => block.time <= 1_000,
            (error) => ['SOURCE_RESPONSE_INVALID', 'SUPPLY_BLOCK_UNAVAILABLE'].includes(error.code),
          );
          expect(outcome).toBe(true);
          expect(rounds).toBeLessThanOrEqual(maxAlignedRounds(height));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Block times: one slot after the other, each missed with the same probability. */
function simulateTimes(count: number, slot: number, missed: number): Uint32Array {
  const times = new Uint32Array(count);
  const threshold = missed * 2 ** 32;
  let state = 1;
  let time = 0;
  for (let height = 0; height < count; height++) {
    do {
      // xorshift32: the same in every run
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      time += slot;
    } while (state >>> 0 < threshold);
    times[height] = time;
  }
  return times;
}
