import type { Address } from 'viem';
import { AssayError, type ErrorFacts } from '../core/assayError.ts';
import { type Digest, digestJson } from '../core/canonicalJson.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import type { Verdict } from '../reconcile/reconciliation.ts';
import type { Attestation, Statement } from './attestation.ts';
import { buildMessage, standalone } from './buildStatement.ts';
import { Bytes32 } from './bytes32.ts';
import { checkReport } from './checkReport.ts';
import { badSignature, contradiction, malformed } from './errors.ts';
import { hashStatement } from './hashStatement.ts';
import { parseAttestation } from './parseAttestation.ts';
import { readAttestation } from './readAttestation.ts';
import { recoverSigner } from './recoverSigner.ts';
import type { Report } from './report.ts';
import { hasTypesOf, statementTypes } from './statementTypes.ts';

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

const defaultClockSkewSeconds = 120;

/**
 * Verifies an attestation offline. The checks have a fixed order, and the first that fails ends it:
 * form → version → domain and types → form of the signature → signer recovered and as claimed →
 * signer trusted → report against its digest → statement against the report, whose sums and verdict
 * are computed again → expired → from the future. So `ATTESTATION_SIGNER_UNTRUSTED` says that the
 * signature holds (signer and id are in its facts), and `ATTESTATION_EXPIRED` that all else does.
 *
 * @param attestation the JSON text as it was received, or its value. The text is to be preferred:
 * `JSON.parse` hides a key that stands twice, and a text is bounded in length.
 *
 * Needs no network, clock or Node.js.
 *
 * @throws AssayError ATTESTATION_TOO_LARGE, ATTESTATION_MALFORMED, ATTESTATION_VERSION_UNKNOWN,
 * ATTESTATION_DOMAIN_MISMATCH, ATTESTATION_SIGNATURE_INVALID, ATTESTATION_SIGNER_UNTRUSTED, ATTESTATION_REPORT_MISMATCH,
 * ATTESTATION_STATEMENT_MISMATCH, ATTESTATION_EXPIRED, ATTESTATION_FROM_FUTURE
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
  const read =
    typeof attestation === 'string' ? parseAttestation(attestation) : readAttestation(attestation);
  const { statement, report } = read;
  if (!hasTypesOf(read.schema, statement)) throw new AssayError('ATTESTATION_DOMAIN_MISMATCH');
  const id = hashStatement(statement);
  const signer = await recoverSigner(id, read.signature);
  // Compared to the letter: the checksum form is the only one, so that no byte is free.
  if (signer !== read.signer) throw badSignature('is not by the signer that the attestation names');
  requireTrust(signer, id, policy.signers);
  checkMessage(read);
  checkTime(report, { signer, id }, policy);
  return { id, signer, verdict: report.verdict, statement, report, attestation: read };
}

function requireTrust(signer: Address, id: Digest, trusted: readonly Address[]): void {
  if (trusted.some((one) => one.toLowerCase() === signer.toLowerCase())) return;
  throw new AssayError('ATTESTATION_SIGNER_UNTRUSTED', {
    message: `the attestation is signed by ${signer}, which is not among the trusted keys`,
    facts: { signer, id },
  });
}

/** The statement is built again from the report and compared field by field. */
function checkMessage({ schema: version, statement, report }: Attestation): void {
  const { message } = statement;
  const reportDigest = digestReport(report);
  if (message.reportDigest !== reportDigest) throw new AssayError('ATTESTATION_REPORT_MISMATCH');
  checkReport(report);
  const link = { sequence: BigInt(message.sequence), previous: Bytes32(message.previous) };
  const expected = buildMessage(report, reportDigest, link);
  for (const { name } of statementTypes[version].types.BackingAttestation) {
    if (message[name] === expected[name]) continue;
    throw contradiction(name, `is ${message[name]} where the report says ${expected[name]}`);
  }
  if (link.sequence === 0n && link.previous !== standalone.previous) {
    throw contradiction('previous', 'is set though the sequence begins here');
  }
}

function digestReport(report: Report): Digest {
  try {
    return digestJson(report);
  } catch (cause) {
    throw malformed('its report has no canonical form', cause);
  }
}

function checkTime(report: Report, facts: ErrorFacts, policy: VerificationPolicy): void {
  const { now, maxClockSkewSeconds = defaultClockSkewSeconds } = policy;
  const { observedAt, validUntil, verdict } = report;
  if (now > validUntil) {
    throw new AssayError('ATTESTATION_EXPIRED', {
      message: `the attestation was valid until ${formatTime(UnixTime(validUntil))}`,
      facts: { ...facts, observedAt, validUntil, verdict },
    });
  }
  if (observedAt > now + maxClockSkewSeconds) {
    throw new AssayError('ATTESTATION_FROM_FUTURE', {
      message: `the attestation was observed at ${formatTime(UnixTime(observedAt))}, which is later than now`,
      facts: { ...facts, observedAt, now },
    });
  }
}
