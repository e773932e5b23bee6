import { maxAheadSeconds } from '../core/bitcoinMoment.ts';
import { maxStandingSeconds } from '../core/maxStandingSeconds.ts';
import { contradiction } from './errors.ts';
import { isHistoric } from './isHistoric.ts';
import { momentOf } from './momentOf.ts';
import type { Report } from './report.ts';
import { validUntilOf } from './validUntilOf.ts';

/**
 * Whether a report claims to stand no longer than it may: as long as its policy says and a week at most,
 * and not at all where it is historic; and whether it was made after the block that it is about.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkValidity(report: Report): void {
  const { policy, observedAt, validUntil, reserves } = report;
  for (const field of ['validForSeconds', 'maxAgeSeconds'] as const) {
    if ((policy[field] ?? 0) > maxStandingSeconds) {
      throw contradiction(`policy.${field}`, `is more than ${maxStandingSeconds}, a week`);
    }
  }
  const times = [reserves.point?.time ?? 0, momentOf(report)?.time ?? 0];
  if (Math.max(...times) > observedAt + maxAheadSeconds) {
    throw contradiction('observedAt', 'is before the Bitcoin block that the report is about');
  }
  if (validUntil === validUntilOf(observedAt, policy)) return;
  throw contradiction(
    'validUntil',
    isHistoric(report)
      ? 'is not observedAt, though the report tells of a moment in the past that was asked for'
      : 'is not observedAt and the validity of the policy',
  );
}
