import type { Report } from '../attest/report.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { BackingStatus } from './schemas/backing.ts';

type Stated = Pick<Report, 'verdict' | 'observedAt' | 'validUntil'>;

/** As `verifyAttestation`: how far the clocks of signer and reader may differ. */
const maxClockSkewSeconds = 120;

/**
 * What to show now for the latest attestation. Fails closed: past its validity it is `stale`, whatever
 * its verdict was, and one from the future is `indeterminate`, since one of two clocks is wrong.
 */
export function backingStatus(report: Stated, now: UnixTime): BackingStatus {
  if (now > report.validUntil) return 'stale';
  if (report.observedAt > now + maxClockSkewSeconds) return 'indeterminate';
  return report.verdict;
}

/** Seconds for which the status stands unless a newer attestation arrives; Infinity once stale. */
export function secondsStanding(report: Stated, now: UnixTime): number {
  return now > report.validUntil ? Number.POSITIVE_INFINITY : report.validUntil - now;
}
