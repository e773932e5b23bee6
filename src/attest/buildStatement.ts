import { type Digest, digestJson } from '../core/canonicalJson.ts';
import { toFixed18, unknownAmount } from '../core/fixed18.ts';
import { Sats } from '../core/sats.ts';
import type { Verdict } from '../reconcile/reconciliation.ts';
import { assetIdHash } from './assetIdHash.ts';
import type { Statement, StatementMessage } from './attestation.ts';
import { hashSupplyPoints } from './hashSupplyPoints.ts';
import type { Report } from './report.ts';
import { statementTypes } from './statementTypes.ts';

const zeroHash: Digest = `0x${'0'.repeat(64)}`;

/** Where a statement stands among those of its asset. */
export interface StatementLink {
  /** Number of the statement; 0 for one that stands alone. */
  readonly sequence: bigint;
  /** EIP-712 digest of the one before; zero where there is none. */
  readonly previous: Digest;
}

/** The link of an attestation that follows no other: sequence 0, previous zero. */
export const standalone: StatementLink = Object.freeze({ sequence: 0n, previous: zeroHash });

/** `verdict` of a statement. */
export const verdictNumbers: Readonly<Record<Verdict, number>> = Object.freeze({
  indeterminate: 0,
  backed: 1,
  'under-backed': 2,
});

/**
 * The statement that a report is signed as: a function of the report and its link, so that
 * verification builds it again and compares. An indeterminate result has 2^256 − 1 in place of both
 * amounts, and an unknown Bitcoin block has height 0 and a zero hash.
 *
 * @throws AssayError JSON_NOT_CANONICAL, AMOUNT_OUT_OF_RANGE, ATTESTATION_STATEMENT_MISMATCH if the
 * report cannot be stated
 */
export function buildStatement(report: Report, link: StatementLink = standalone): Statement {
  const { domain, primaryType, types } = statementTypes['assay.attestation/1'];
  return {
    domain: { ...domain },
    types: {
      EIP712Domain: types.EIP712Domain.map((member) => ({ ...member })),
      BackingAttestation: types.BackingAttestation.map((member) => ({ ...member })),
    },
    primaryType,
    message: buildMessage(report, digestJson(report), link),
  };
}

/** The message alone, for a report whose digest is already known. */
export function buildMessage(
  report: Report,
  reportDigest: Digest,
  link: StatementLink,
): StatementMessage {
  const { point } = report.reserves;
  const { reserves, supply } = statedAmounts(report);
  return {
    assetId: assetIdHash(report.asset.id),
    verdict: verdictNumbers[report.verdict].toString(),
    reserves: reserves.toString(),
    supply: supply.toString(),
    bitcoinHeight: (point?.height ?? 0).toString(),
    bitcoinHash: point === null ? zeroHash : `0x${point.hash}`,
    supplyPointsHash: hashSupplyPoints(report.supply.deployments.map((one) => one.point)),
    registryDigest: report.registryDigest,
    reportDigest,
    observedAt: report.observedAt.toString(),
    validUntil: report.validUntil.toString(),
    sequence: link.sequence.toString(),
    previous: link.previous,
  };
}

function statedAmounts(report: Report): { readonly reserves: bigint; readonly supply: bigint } {
  const sats = report.reserves.sats ?? report.reserves.atLeast?.sats ?? null;
  // Where the verdict rests on bounds, these are what it is decided by.
  const amount = report.supply.amount ?? report.supply.atMost?.amount ?? null;
  if (report.verdict === 'indeterminate' || sats === null || amount === null) {
    return { reserves: unknownAmount, supply: unknownAmount };
  }
  return { reserves: toFixed18(Sats(BigInt(sats)), 8), supply: toFixed18(BigInt(amount), 18) };
}
