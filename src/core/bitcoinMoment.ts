import { UnixTime } from './unixTime.ts';

/**
 * When a Bitcoin block was mined, as no single miner can say it: the median of the times of the eleven
 * headers from five below it to five above it. That is the median-time-past (BIP 113) of the block five
 * above, so that it never goes back from one block to the next.
 */
export interface BitcoinMoment {
  readonly time: UnixTime;
  /**
   * How far it may lie off, in seconds: 0 where all eleven headers were there. Counts as skew between
   * the two sides.
   */
  readonly doubtSeconds: number;
  /** The lowest and the highest block whose time was taken. */
  readonly fromHeight: number;
  readonly toHeight: number;
}

/** So many blocks above one, and as many below it, tell when it was mined. */
export const momentSide = 5;

const momentHeaders = 2 * momentSide + 1;

/** A node refuses a block whose time is further ahead of its clock (MAX_FUTURE_BLOCK_TIME). */
export const maxAheadSeconds = 7200;

/**
 * The blocks whose times tell when the one at a height was mined, where `top` is the highest that may be
 * read: eleven, or fewer near either end of the chain.
 */
export function momentSpan(
  height: number,
  top: number,
): { readonly fromHeight: number; readonly toHeight: number } {
  return {
    fromHeight: Math.max(0, height - momentSide),
    toHeight: Math.max(height, Math.min(height + momentSide, top)),
  };
}

/**
 * The moment of a block from the times of the blocks around it (see `momentSpan`), ascending by height;
 * of two that are in the middle the later one, as median-time-past has it. With fewer than eleven the
 * times that are not there could still move it, and a miner's clock may be two hours ahead.
 */
export function medianMoment(fromHeight: number, times: readonly number[]): BitcoinMoment {
  const sorted = times.toSorted((one, other) => one - other);
  return {
    time: UnixTime(sorted[Math.floor(sorted.length / 2)] ?? 0),
    doubtSeconds: doubtOf(sorted.length),
    fromHeight,
    toHeight: fromHeight + sorted.length - 1,
  };
}

/** How far a moment may lie off that so many headers tell, in seconds. */
export function doubtOf(headers: number): number {
  return headers === momentHeaders ? 0 : maxAheadSeconds;
}
