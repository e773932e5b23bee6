import { UnixTime } from '../core/unixTime.ts';
import { isHistoric } from './isHistoric.ts';
import type { Report } from './report.ts';

/** The last second of a report's validity: of a historic one, the second in which it was made. */
export function validUntilOf(
  observedAt: number,
  policy: Pick<Report['policy'], 'maxAgeSeconds' | 'validForSeconds'>,
): UnixTime {
  return UnixTime(isHistoric({ policy }) ? observedAt : observedAt + policy.validForSeconds);
}
