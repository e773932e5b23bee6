import { defaultClockSkewSeconds } from '../attest/checkNotFuture.ts';
import type { Report } from '../attest/report.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { StoredAttestation } from '../store/attestationStore.ts';
import type { BackingStatus } from './schemas/backing.ts';

/** The latest attestation, as a store gives it. */
export type Latest = Pick<StoredAttestation, 'withheld'> & {
  readonly attestation: { readonly report: Stated };
};

type Stated = Pick<Report, 'verdict' | 'observedAt' | 'validUntil'>;

/**
 * What to show now for the latest attestation. Fails closed: past its validity it is `stale`, whatever
 * its verdict was, and so is a historic one, which never was valid; one from the future is
 * `indeterminate`, since one of two clocks is wrong, and so is one after which another was withheld.
 */
export function backingStatus(latest: Latest, now: UnixTime): BackingStatus {
  const { report } = latest.attestation;
  if (isOver(report, now)) return 'stale';
  if (latest.withheld) return 'indeterminate';
  if (report.observedAt > now + defaultClockSkewSeconds) return 'indeterminate';
  return report.verdict;
}

/** Seconds for which the status stands unless a newer attestation arrives; Infinity once stale. */
export function secondsStanding(report: Stated, now: UnixTime): number {
  return isOver(report, now) ? Number.POSITIVE_INFINITY : report.validUntil - now;
}

/** A historic report is valid for no later second than its own. */
function isOver({ observedAt, validUntil }: Stated, now: UnixTime): boolean {
  return now > validUntil || validUntil <= observedAt;
}
