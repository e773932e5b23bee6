import { AssayError } from '../core/assayError.ts';
import { formatTime, type UnixTime } from '../core/unixTime.ts';

/** So many blocks in a row that lie after a moment put the median of eleven after it. */
const majority = 6;

/**
 * The height of the last block that is not after a moment: the block to audit for that moment.
 *
 * A block's time may lie before its parent's (in practice by up to two hours), so that a block at
 * or before the moment may follow one that lies after it; of all blocks at or before the moment the
 * highest one is named. A consensus rule bounds the search: a block's time is above the median of
 * the eleven blocks before it, their median-time-past (BIP 113). Once six blocks in a row lie after
 * the moment, no later one can lie before it. Hence the answer stays the same however long the chain
 * grows, and there is none until six blocks have followed the one that it names.
 *
 * @param top the highest block that may be read
 * @param readTime the time of the block at a height
 * @throws AssayError BITCOIN_TIME_UNKNOWN where the chain began later, or blocks at or before the
 * moment may still be mined; whatever `readTime` throws
 */
export async function findHeightAtTime(
  time: UnixTime,
  top: number,
  readTime: (height: number) => Promise<UnixTime>,
): Promise<number> {
  const genesis = await readTime(0);
  if (genesis > time) throw timeUnknown(time, `the chain began at ${formatTime(genesis)}`);
  let before = 0;
  let after = top + 1;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((await readTime(middle)) <= time) before = middle;
    else after = middle;
  }

  // Where times go back there are several such borders; the last one is near.
  let later = 0;
  for (let height = before + 1; later < majority; height++) {
    if (height > top) throw timeUnknown(time, `fewer than ${majority} blocks after it are known`);
    if ((await readTime(height)) > time) later += 1;
    else [before, later] = [height, 0];
  }
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
