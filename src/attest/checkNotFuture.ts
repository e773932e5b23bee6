import { AssayError } from '../core/assayError.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import type { CheckedAttestation } from './checkAttestation.ts';

/** How far the clocks of signer and reader may differ, unless the reader says otherwise. */
export const defaultClockSkewSeconds = 120;

/**
 * Whether an attestation was made before now, as far as two clocks agree.
 *
 * @throws AssayError ATTESTATION_FROM_FUTURE
 */
export function checkNotFuture(
  { id, signer, attestation }: CheckedAttestation,
  {
    now,
    maxClockSkewSeconds = defaultClockSkewSeconds,
  }: {
    readonly now: UnixTime;
    readonly maxClockSkewSeconds?: number;
  },
): void {
  const { observedAt } = attestation.report;
  if (observedAt <= now + maxClockSkewSeconds) return;
  throw new AssayError('ATTESTATION_FROM_FUTURE', {
    message: `the attestation was observed at ${formatTime(UnixTime(observedAt))}, which is later than now`,
    facts: { signer, id, observedAt, now },
  });
}
