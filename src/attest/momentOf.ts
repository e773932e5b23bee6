import { doubtOf, momentSide } from '../core/bitcoinMoment.ts';
import { contradiction } from './errors.ts';
import type { Report } from './report.ts';

/** What skews and ages of a report count from, in seconds. */
export interface ReportMoment {
  readonly time: number;
  readonly doubtSeconds: number;
}

/**
 * The moment that a report is about: that of its Bitcoin block, or in old reports, which have none, the
 * block's own time, taken without a doubt. Null where there is no block.
 */
export function momentOf({ reserves }: Pick<Report, 'reserves'>): ReportMoment | null {
  if (reserves.moment) return reserves.moment;
  return reserves.point && { time: reserves.point.time, doubtSeconds: 0 };
}

/** The median is of times whose middle block is the audited one: they differ by what miners' clocks do. */
const mostApartSeconds = 86_400;

/**
 * Whether a moment names the blocks around its own, and doubts itself where some are missing. Whether
 * the time is the median of theirs shows in the evidence alone.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkMoment({ reserves }: Report): void {
  const { moment, point } = reserves;
  if (!moment) return;
  if (point === null) throw contradiction('reserves.moment', 'is of no block');
  const { fromHeight, toHeight, doubtSeconds, time } = moment;
  if (Math.abs(time - point.time) > mostApartSeconds) {
    throw contradiction('reserves.moment.time', 'lies more than a day from that of its block');
  }
  const isAround =
    fromHeight === Math.max(0, point.height - momentSide) &&
    toHeight >= point.height &&
    toHeight <= point.height + momentSide;
  if (!isAround) throw contradiction('reserves.moment', 'is not told by the blocks around its own');
  if (doubtSeconds !== doubtOf(toHeight - fromHeight + 1)) {
    throw contradiction('reserves.moment.doubtSeconds', 'does not follow from the blocks');
  }
}
