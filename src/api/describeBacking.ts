import type { Report } from '../attest/report.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import { formatUnits } from '../core/formatUnits.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import type { StoredAttestation } from '../store/attestationStore.ts';
import { backingStatus } from './backingStatus.ts';
import type { Backing } from './schemas/backing.ts';

const btcDecimals = 8;

/** The latest attestation as the API answers it at `now`. */
export function describeBacking(stored: StoredAttestation, now: UnixTime): Backing {
  const { report } = stored.attestation;
  const { reserves, supply, surplus } = report;
  return {
    schema: 'assay.backing/1',
    asset: report.asset,
    pool: report.pool ?? null,
    status: backingStatus(stored, now),
    verdict: report.verdict,
    restsOnBounds: report.restsOnBounds,
    reasons: report.reasons,
    withheld: stored.withheld ?? null,
    reserves: {
      sats: reserves.sats,
      btc: formatAmount(reserves.sats, btcDecimals),
      complete: reserves.complete,
      atLeast: reserves.atLeast && {
        ...reserves.atLeast,
        btc: formatUnits(BigInt(reserves.atLeast.sats), btcDecimals),
      },
      agreement: reserves.agreement,
      disputes: reserves.disputes.length,
      grades: reserves.grades,
      point: reserves.point,
      moment: reserves.moment ?? null,
    },
    supply: {
      amount: supply.amount,
      decimals: supply.decimals,
      btc: formatAmount(supply.amount, fixed18Decimals),
      atLeast: supply.atLeast,
      atMost: supply.atMost,
      complete: supply.complete,
      deployments: supply.deployments.map(describeDeployment),
    },
    surplus: surplus && { ...surplus, btc: formatUnits(BigInt(surplus.amount), fixed18Decimals) },
    ratio: report.ratio,
    claims: report.claims,
    window: report.window,
    observedAt: report.observedAt,
    observedAtIso: formatTime(UnixTime(report.observedAt)),
    ageSeconds: Math.max(0, now - report.observedAt),
    validUntil: report.validUntil,
    validUntilIso: formatTime(UnixTime(report.validUntil)),
    attestation: describeAttestation(stored),
    notProven: report.notProven,
  };
}

/** Where the signed statement behind an answer is to be had. */
export function describeAttestation(stored: StoredAttestation): Backing['attestation'] {
  const { signer, report } = stored.attestation;
  const url = `/v1/attestations/${stored.id}`;
  return {
    id: stored.id,
    signer,
    url,
    evidence: report.evidence && { digest: report.evidence.digest, url: `${url}/evidence` },
  };
}

/** An integer amount in bitcoin with all its places, or null where it is unknown. */
export function formatAmount(amount: string | null, decimals: number): string | null {
  return amount === null ? null : formatUnits(BigInt(amount), decimals);
}

function describeDeployment(
  deployment: Report['supply']['deployments'][number],
): Backing['supply']['deployments'][number] {
  const { observations: _observations, ...figures } = deployment;
  return figures;
}
