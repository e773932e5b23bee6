import type { ChainPoint } from '../core/chainPoint.ts';

/** Two blocks between which a figure holds for some moment. */
export interface Span {
  readonly from: ChainPoint;
  readonly to: ChainPoint;
}

/** Block times of such chains are estimates: a block may seem so much later than its successor. */
const estimateSeconds = 60;

/**
 * The earliest and the latest block that is named; a figure holds for some moment between. Both are given
 * also where they are one: by this a report tells that the chain answered only as of now.
 */
export function spanOf(spans: readonly Span[]): {
  readonly point: ChainPoint | null;
  readonly around?: Span;
} {
  let from: ChainPoint | null = null;
  let to: ChainPoint | null = null;
  for (const one of spans) {
    if (from === null || one.from.height < from.height) ({ from } = one);
    if (to === null || one.to.height > to.height) ({ to } = one);
  }
  if (from === null || to === null) return { point: null };
  return { point: from, around: { from, to } };
}

/**
 * Whether all blocks can be of one chain: one block at each height, and no higher block of an earlier
 * time. Else one source lies about a moment.
 */
export function isOneHistory(spans: readonly Span[]): boolean {
  const points = spans.flatMap(({ from, to }) => [from, to]).sort((a, b) => a.height - b.height);
  let below: ChainPoint | undefined;
  let latest = 0;
  for (const point of points) {
    if (below?.height === point.height && below.hash !== point.hash) return false;
    if (point.time < latest - estimateSeconds) return false;
    below = point;
    latest = Math.max(latest, point.time);
  }
  return true;
}
