import type { Address } from 'viem';
import { AssayError } from '../core/assayError.ts';
import { type Digest, digestJson } from '../core/canonicalJson.ts';
import type { Attestation } from './attestation.ts';
import { buildMessage } from './buildStatement.ts';
import { Bytes32 } from './bytes32.ts';
import { checkLink } from './checkLink.ts';
import { checkReport } from './checkReport.ts';
import { badSignature, contradiction, malformed } from './errors.ts';
import { hashStatement } from './hashStatement.ts';
import { parseAttestation } from './parseAttestation.ts';
import { readAttestation } from './readAttestation.ts';
import { recoverSigner } from './recoverSigner.ts';
import type { Report } from './report.ts';
import { hasTypesOf, statementTypes } from './statementTypes.ts';

/** An attestation that a trusted key has signed, whole and in agreement with itself. */
export interface CheckedAttestation {
  /** The EIP-712 digest of the statement. */
  readonly id: Digest;
  /** With its EIP-55 checksum; one of the trusted keys. */
  readonly signer: Address;
  readonly attestation: Attestation;
}

/**
 * All that verification checks but time: see `verifyAttestation`, which names the order.
 *
 * @throws AssayError ATTESTATION_TOO_LARGE, ATTESTATION_MALFORMED, ATTESTATION_VERSION_UNKNOWN,
 * ATTESTATION_DOMAIN_MISMATCH, ATTESTATION_SIGNATURE_INVALID, ATTESTATION_SIGNER_UNTRUSTED,
 * ATTESTATION_REPORT_MISMATCH, ATTESTATION_STATEMENT_MISMATCH
 */
export async function checkAttestation(
  attestation: unknown,
  signers: readonly Address[],
): Promise<CheckedAttestation> {
  const read =
    typeof attestation === 'string' ? parseAttestation(attestation) : readAttestation(attestation);
  const { statement } = read;
  if (!hasTypesOf(read.schema, statement)) throw new AssayError('ATTESTATION_DOMAIN_MISMATCH');
  const id = hashStatement(statement);
  const signer = await recoverSigner(id, read.signature);
  // Compared to the letter: the checksum form is the only one, so that no byte is free.
  if (signer !== read.signer) throw badSignature('is not by the signer that the attestation names');
  requireTrust(signer, id, signers);
  checkMessage(read);
  return { id, signer, attestation: read };
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
  checkLink(report, link);
}

function digestReport(report: Report): Digest {
  try {
    return digestJson(report);
  } catch (cause) {
    throw malformed('its report has no canonical form', cause);
  }
}
