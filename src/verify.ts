/**
 * `assay/verify`: checks attestations offline, in a browser as well as in Node.js. Nothing of it
 * reaches for a network, a file or a clock.
 */
export { assetIdHash } from './attest/assetIdHash.ts';
export { Attestation, Statement, StatementMessage } from './attest/attestation.ts';
export { hashStatement } from './attest/hashStatement.ts';
export { hashSupplyPoints } from './attest/hashSupplyPoints.ts';
export { isHistoric } from './attest/isHistoric.ts';
export { maxAttestationLength, parseAttestation } from './attest/parseAttestation.ts';
export { Report } from './attest/report.ts';
export {
  type AttestationVersion,
  type StatementType,
  statementTypes,
} from './attest/statementTypes.ts';
export { type VerifiedMoment, verifyAsOf } from './attest/verifyAsOf.ts';
export {
  type VerificationPolicy,
  type VerifiedAttestation,
  verifyAttestation,
} from './attest/verifyAttestation.ts';
export { AssayError } from './core/assayError.ts';
export type { Digest } from './core/canonicalJson.ts';
export type { ErrorCode } from './core/errorCodes.ts';
export { UnixTime } from './core/unixTime.ts';
export type { Verdict } from './reconcile/reconciliation.ts';
