import { describe, expect, it } from 'vitest';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { findAlignedBlock, maxAlignedRounds } from '../../../src/supply/findAlignedBlock.ts';

const hour = 3_600;

/** A server that has blocks every 12 seconds from second 12,000 on, from `oldest` on. */
function createServer(height: number, oldest = 0) {
  const blockAt = (at: number) => ({ height: at, time: UnixTime(12_000 + at * 12) });
  const server = {
    rounds: 0,
    final: blockAt(height),
    readHeaders: async (heights: readonly number[]) => {
      server.rounds += 1;
      return heights.map((at) => (at < oldest ? null : blockAt(at)));
    },
  };
  return server;
}

describe('findAlignedBlock', () => {
  it('answers with the final block, asking nothing, when that is not after the time', async () => {
    const { final, readHeaders, ...server } = createServer(500);
    await expect(findAlignedBlock(final.time, final, readHeaders)).resolves.toBe(final);
    await expect(findAlignedBlock(UnixTime(final.time + 99_999), final, readHeaders)).resolves.toBe(
      final,
    );
    expect(server.rounds).toBe(0);
  });

  it('takes the block at exactly the time, and the one before it a second earlier', async () => {
    const { final, readHeaders } = createServer(5_000);
    const time = 12_000 + 4_321 * 12;
    expect(await findAlignedBlock(UnixTime(time), final, readHeaders)).toEqual({
      height: 4_321,
      time,
    });
    const earlier = await findAlignedBlock(UnixTime(time - 1), final, readHeaders);
    expect(earlier).toEqual({ height: 4_320, time: time - 12 });
  });

  it('takes the last of several blocks with one timestamp', async () => {
    const times = [10, 20, 20, 20, 30, 30, 40];
    const final = { height: 6, time: UnixTime(40) };
    const readHeaders = async (heights: readonly number[]) =>
      heights.map((height) => ({ height, time: UnixTime(times[height] ?? 0) }));
    expect((await findAlignedBlock(UnixTime(20), final, readHeaders)).height).toBe(3);
    expect((await findAlignedBlock(UnixTime(35), final, readHeaders)).height).toBe(5);
  });

  it('needs 2 rounds for the last hours of 20 million blocks with a constant block time', async () => {
    const server = createServer(20_000_000);
    const time = UnixTime(server.final.time - 2 * hour);
    const found = await findAlignedBlock(time, server.final, server.readHeaders);
    expect(found.height).toBe(20_000_000 - 600);
    expect(server.rounds).toBe(2);
  });

  it('says so when the chain is younger than the time', async () => {
    const { final, readHeaders } = createServer(5_000);
    await expect(findAlignedBlock(UnixTime(11_999), final, readHeaders)).rejects.toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      message: 'the chain began after the moment to be read',
    });
    expect((await findAlignedBlock(UnixTime(12_000), final, readHeaders)).height).toBe(0);
  });

  it('says so for a chain that has only its first block, after the time', async () => {
    const { final, readHeaders } = createServer(0);
    await expect(findAlignedBlock(UnixTime(1), final, readHeaders)).rejects.toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
    });
  });

  it('searches what a server has that dropped its old blocks', async () => {
    const oldest = 700_000;
    const { final, readHeaders } = createServer(1_000_000, oldest);
    const at = (height: number) => UnixTime(12_000 + height * 12);
    for (const height of [oldest, oldest + 1, 812_345, 999_999]) {
      expect((await findAlignedBlock(at(height), final, readHeaders)).height).toBe(height);
    }
    await expect(findAlignedBlock(at(oldest - 1), final, readHeaders)).rejects.toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      facts: { oldestHeight: oldest },
    });
  });

  it('refuses a hole between blocks that are there', async () => {
    const { final, readHeaders } = createServer(9);
    const withHole = async (heights: readonly number[]) =>
      (await readHeaders(heights)).map((block, index) => (index === 4 ? null : block));
    await expect(findAlignedBlock(UnixTime(12_050), final, withHole)).rejects.toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      facts: { height: 4 },
    });
  });

  it.each([
    ['a block earlier than one below it', [10, 30, 20]],
    ['a block later than the final block', [10, 20, 99]],
  ])('refuses %s', async (_, times) => {
    const final = { height: 3, time: UnixTime(40) };
    const readHeaders = async (heights: readonly number[]) =>
      heights.map((height) => ({ height, time: UnixTime(times[height] ?? 0) }));
    await expect(findAlignedBlock(UnixTime(25), final, readHeaders)).rejects.toMatchObject({
      code: 'SOURCE_RESPONSE_INVALID',
    });
  });

  it('refuses other blocks than those asked for, and fewer', async () => {
    const { final, readHeaders } = createServer(500);
    const time = UnixTime(12_100);
    const shifted = (heights: readonly number[]) =>
      readHeaders(heights.map((height) => height + 1));
    await expect(findAlignedBlock(time, final, shifted)).rejects.toMatchObject({
      code: 'SOURCE_RESPONSE_INVALID',
    });
    const fewer = async (heights: readonly number[]) => (await readHeaders(heights)).slice(1);
    await expect(findAlignedBlock(time, final, fewer)).rejects.toMatchObject({
      code: 'SOURCE_RESPONSE_INVALID',
    });
  });

  it('knows how many rounds it takes at most', () => {
    expect(maxAlignedRounds(0)).toBe(4);
    expect(maxAlignedRounds(20_000_000)).toBe(11);
    expect(maxAlignedRounds(500_000_000)).toBe(12);
  });
});
