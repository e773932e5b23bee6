import { type StatementLink, standalone } from './buildStatement.ts';
import { contradiction } from './errors.ts';
import { isHistoric } from './isHistoric.ts';
import type { Report } from './report.ts';

/**
 * Whether a statement stands where it may: the first of a sequence follows no other, and a historic one
 * has no place in any.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkLink(report: Report, { sequence, previous }: StatementLink): void {
  if (isHistoric(report) && sequence !== standalone.sequence) {
    throw contradiction('sequence', 'is not 0, though the report tells of the past');
  }
  if (sequence === standalone.sequence && previous !== standalone.previous) {
    throw contradiction('previous', 'is set though the sequence begins here');
  }
}
