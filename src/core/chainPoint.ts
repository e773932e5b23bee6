import type { ChainId } from './caip.ts';
import type { UnixTime } from './unixTime.ts';

/**
 * One block of one chain: the moment that a figure holds for. `hash` is as the chain's own tools
 * show it: 64 hex digits for Bitcoin (RPC byte order), `0x` and 64 hex digits for EVM chains.
 */
export interface ChainPoint {
  readonly chain: ChainId;
  readonly height: number;
  readonly hash: string;
  /** The block header's own timestamp. */
  readonly time: UnixTime;
}

/**
 * Equal for equal blocks, with all that is said of them: what sources agree on by this key, none of
 * them has set alone. A hash fixes the other fields only for who has the header, and checks it.
 */
export function pointKey({ chain, height, hash, time }: ChainPoint): string {
  return `${chain} ${height} ${hash} ${time}`;
}

/** Whether two chain points are the same block. */
export function samePoint(a: ChainPoint, b: ChainPoint): boolean {
  return pointKey(a) === pointKey(b);
}
