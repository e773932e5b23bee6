import { formatTime, UnixTime } from '../core/unixTime.ts';
import { momentOf } from './momentOf.ts';
import type { Report } from './report.ts';

/** What a report says of its moment, in words: `was backed as of block 870000, 2024-11-14T10:00:00Z`. */
export function describeThen(report: Report): string {
  const { verdict, reserves } = report;
  const { point } = reserves;
  const moment = momentOf(report);
  if (point === null || moment === null) return `was ${verdict} as of a block that is not known`;
  return `was ${verdict} as of block ${point.height}, ${formatTime(UnixTime(moment.time))}`;
}
