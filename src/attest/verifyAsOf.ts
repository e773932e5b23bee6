import type { Address } from 'viem';
import type { Digest } from '../core/canonicalJson.ts';
import { UnixTime } from '../core/unixTime.ts';
import type { Verdict } from '../reconcile/reconciliation.ts';
import type { Attestation, Statement } from './attestation.ts';
import { checkAttestation } from './checkAttestation.ts';
import { checkNotFuture } from './checkNotFuture.ts';
import type { Report, ReportPoint } from './report.ts';
import type { VerificationPolicy } from './verifyAttestation.ts';

/** An attestation that passed every check but that of its validity: what it says is of its block alone. */
export interface VerifiedMoment {
  /** The EIP-712 digest of the statement. */
  readonly id: Digest;
  /** With its EIP-55 checksum; one of the trusted keys. */
  readonly signer: Address;
  /** The Bitcoin block that it is about; null where it was not known. */
  readonly asOf: ReportPoint | null;
  /** What held as of that block; never to be shown as what is now. */
  readonly verdictThen: Verdict;
  readonly observedAt: UnixTime;
  readonly statement: Statement;
  readonly report: Report;
  readonly attestation: Attestation;
}

/**
 * Verifies an attestation as a statement about its own block: a historic one, or one that has expired.
 * The checks are those of `verifyAttestation` without the validity. Needs no network, clock or Node.js.
 *
 * @throws AssayError as `verifyAttestation`, but for ATTESTATION_HISTORIC and ATTESTATION_EXPIRED
 * @example
 * const { verdictThen, asOf } = await verifyAsOf(text, { signers, now });
 */
export async function verifyAsOf(
  attestation: unknown,
  policy: VerificationPolicy,
): Promise<VerifiedMoment> {
  const checked = await checkAttestation(attestation, policy.signers);
  checkNotFuture(checked, policy);
  const { statement, report } = checked.attestation;
  return {
    ...checked,
    asOf: report.reserves.point,
    verdictThen: report.verdict,
    observedAt: UnixTime(report.observedAt),
    statement,
    report,
  };
}
