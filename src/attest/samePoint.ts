import type { ReportPoint } from './report.ts';

/** Whether two points of a report are of the same block. */
export function samePoint(one: ReportPoint, other: ReportPoint): boolean {
  return (
    one.chain === other.chain &&
    one.height === other.height &&
    one.hash === other.hash &&
    one.time === other.time
  );
}
