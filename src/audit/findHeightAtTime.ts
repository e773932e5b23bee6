import { AssayError } from '../core/assayError.ts';
import { formatTime, type UnixTime } from '../core/unixTime.ts';

/**
 * The height of the last block whose moment (see `BitcoinMoment`) is not after a moment: the block to
 * audit for it. Moments never go back from one block to the next, since each is the median-time-past of
 * the block five above (BIP 113); the times of the blocks themselves may, and a miner chooses his.
 *
 * The answer stays the same however long the chain grows, and there is none until the block after it
 * has its moment: until six blocks have followed the one that it names.
 *
 * @param highest the highest block whose moment is certain
 * @param readTime the moment of the block at a height
 * @throws AssayError BITCOIN_TIME_UNKNOWN where the chain began later, or the block after is not known
 * yet; whatever `readTime` throws
 */
export async function findHeightAtTime(
  time: UnixTime,
  highest: number,
  readTime: (height: number) => Promise<UnixTime>,
): Promise<number> {
  if (highest < 0 || (await readTime(highest)) <= time) {
    throw timeUnknown(time, 'fewer than six blocks after it are known');
  }
  let before = -1;
  let after = highest;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((await readTime(middle)) <= time) before = middle;
    else after = middle;
  }
  if (before < 0) throw timeUnknown(time, 'it is before the first block');
  return before;
}

/** The error of a moment to which no block belongs. */
export function timeUnknown(time: UnixTime, why: string): AssayError {
  return new AssayError('BITCOIN_TIME_UNKNOWN', {
    message: `no block can be named for ${formatTime(time)}: ${why}`,
    fix: 'Ask for a moment after the first block of the chain, and at least two hours ago.',
    facts: { time },
  });
}
