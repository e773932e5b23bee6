import type { Address } from 'viem';
import { attestationBounds, malformedJson } from '../attest/parseAttestation.ts';
import { verifyAttestation } from '../attest/verifyAttestation.ts';
import { describeJsonFault, readJsonBytes } from '../core/readJson.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import { requestInvalid } from './errors.ts';
import type { Verification } from './schemas/service.ts';

/** Whom a service trusts, and what time it has. Plain data: it crosses to another thread. */
export interface VerifyPolicy {
  readonly signers: readonly Address[];
  readonly now: UnixTime;
}

/**
 * What `POST /v1/verify` answers to a body.
 *
 * @throws AssayError REQUEST_INVALID where it is not JSON, and as `verifyAttestation`
 */
export async function verifyBody(bytes: Uint8Array, policy: VerifyPolicy): Promise<Verification> {
  const reading = readJsonBytes(bytes, attestationBounds(bytes.length));
  if (!reading.ok && reading.fault.kind === 'syntax') {
    throw requestInvalid(`the body is not JSON (${describeJsonFault(reading.fault)})`);
  }
  if (!reading.ok) throw malformedJson(reading.fault);
  const { id, signer, report } = await verifyAttestation(reading.value, policy);
  return {
    verifies: true,
    id,
    signer,
    asset: report.asset.id,
    verdict: report.verdict,
    observedAt: report.observedAt,
    observedAtIso: formatTime(UnixTime(report.observedAt)),
    validUntil: report.validUntil,
    validUntilIso: formatTime(UnixTime(report.validUntil)),
    notProven: report.notProven,
  };
}
