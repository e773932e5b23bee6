import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { formatTime, type UnixTime } from '../core/unixTime.ts';

/**
 * The height of a block at or before a moment whose successor lies after it: the block to audit for
 * that moment. Bitcoin's block times may go back by up to two hours, so that there can be several such
 * heights within a few blocks; a bisection finds one of them, and always the same one for one chain.
 *
 * @param tip the newest block
 * @param readTime the time of the block at a height
 * @throws AssayError BITCOIN_TIME_UNKNOWN where the tip is not after the moment, or the chain began later
 */
export async function findHeightAtTime(
  time: UnixTime,
  tip: ChainPoint,
  readTime: (height: number) => Promise<UnixTime>,
): Promise<number> {
  if (tip.time <= time) {
    throw timeUnknown(time, `the newest block is of ${formatTime(tip.time)}`);
  }
  const genesis = await readTime(0);
  if (genesis > time) throw timeUnknown(time, `the chain began at ${formatTime(genesis)}`);
  let before = 0;
  let after = tip.height;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((await readTime(middle)) <= time) before = middle;
    else after = middle;
  }
  return before;
}

function timeUnknown(time: UnixTime, why: string): AssayError {
  return new AssayError('BITCOIN_TIME_UNKNOWN', {
    message: `no block can be named for ${formatTime(time)}: ${why}`,
    facts: { time },
  });
}
