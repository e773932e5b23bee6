import type { Address } from 'viem';
import { AssayError } from '../core/assayError.ts';
import type { Digest } from '../core/canonicalJson.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import type { Verdict } from '../reconcile/reconciliation.ts';
import type { Attestation, Statement } from './attestation.ts';
import { checkAttestation } from './checkAttestation.ts';
import { checkNotFuture } from './checkNotFuture.ts';
import { describeThen } from './describeThen.ts';
import { isHistoric } from './isHistoric.ts';
import type { Report } from './report.ts';

/** Whom the verifier trusts, and when it verifies. */
export interface VerificationPolicy {
  /** Addresses of the keys that are trusted, in any case. Without one nothing verifies. */
  readonly signers: readonly Address[];
  readonly now: UnixTime;
  /** How far the signer's clock may be ahead of `now`, in seconds. Default 120. */
  readonly maxClockSkewSeconds?: number;
}

/** An attestation that passed every check. */
export interface VerifiedAttestation {
  /** The EIP-712 digest of the statement. */
  readonly id: Digest;
  /** With its EIP-55 checksum; one of the trusted keys. */
  readonly signer: Address;
  /** What was verified may well be `under-backed` or `indeterminate`. */
  readonly verdict: Verdict;
  readonly statement: Statement;
  readonly report: Report;
  readonly attestation: Attestation;
}

/**
 * Verifies an attestation offline. The checks have a fixed order, and the first that fails ends it:
 * form → version → domain and types → form of the signature → signer recovered and as claimed →
 * signer trusted → report against its digest → statement against the report, whose sums and verdict
 * are computed again → historic → expired → from the future. So `ATTESTATION_SIGNER_UNTRUSTED` says that
 * the signature holds (signer and id are in its facts), and `ATTESTATION_HISTORIC` and
 * `ATTESTATION_EXPIRED` that all else does. Of a moment in the past see `verifyAsOf`.
 *
 * @param attestation the JSON text as it was received, or its value. The text is to be preferred:
 * `JSON.parse` hides a key that stands twice, and a text is bounded in length.
 *
 * Needs no network, clock or Node.js.
 *
 * @throws AssayError ATTESTATION_TOO_LARGE, ATTESTATION_MALFORMED, ATTESTATION_VERSION_UNKNOWN,
 * ATTESTATION_DOMAIN_MISMATCH, ATTESTATION_SIGNATURE_INVALID, ATTESTATION_SIGNER_UNTRUSTED, ATTESTATION_REPORT_MISMATCH,
 * ATTESTATION_STATEMENT_MISMATCH, ATTESTATION_HISTORIC, ATTESTATION_EXPIRED, ATTESTATION_FROM_FUTURE
 * @example
 * const { verdict, report } = await verifyAttestation(text, {
 *   signers: ['0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A'],
 *   now: UnixTime(Math.floor(Date.now() / 1000)),
 * });
 */
export async function verifyAttestation(
  attestation: unknown,
  policy: VerificationPolicy,
): Promise<VerifiedAttestation> {
  const checked = await checkAttestation(attestation, policy.signers);
  const { id, signer } = checked;
  const { report, statement } = checked.attestation;
  const { observedAt, validUntil, verdict } = report;
  const facts = { signer, id, observedAt, validUntil, verdict };
  if (isHistoric(report)) {
    throw new AssayError('ATTESTATION_HISTORIC', {
      message: `the attestation tells of the past alone: ${report.asset.id} ${describeThen(report)}`,
      facts,
    });
  }
  if (policy.now > validUntil) {
    throw new AssayError('ATTESTATION_EXPIRED', {
      message: `the attestation was valid until ${formatTime(UnixTime(validUntil))}`,
      facts,
    });
  }
  checkNotFuture(checked, policy);
  return { id, signer, verdict, statement, report, attestation: checked.attestation };
}
