import type { Report } from '../attest/report.ts';
import { validUntilOf } from '../attest/validUntilOf.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import { Sats } from '../core/sats.ts';
import type { UnixTime } from '../core/unixTime.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import type { Reason, Reconciliation, WindowFigures } from '../reconcile/reconciliation.ts';
import type { Asset, AssetPolicy } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { gradeCustody } from '../registry/gradeCustody.ts';
import { faultOf } from './askSources.ts';
import type { AuditReadings } from './auditReadings.ts';
import { reportClaims } from './claim.ts';
import { describeLimits } from './describeLimits.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import type { AgreedReserves } from './observeReserves.ts';
import { reportGraph } from './reportGraph.ts';
import { holdingFaults, liabilityInput, rateFaults, reportLiability } from './reportLiability.ts';
import { agreedReserves, boundReserves, reportReserves } from './reportReserves.ts';
import { reportSupply, widestSkew } from './reportSupply.ts';

export interface ReportPolicy extends Omit<AssetPolicy, 'maxAgeSeconds'> {
  readonly pairing: 'aligned' | 'finalized';
  /** Null where a moment in the past was asked for. */
  readonly maxAgeSeconds: number | null;
}

/** Puts readings and reconciliation together into the report. Pure: it asks nobody anything. */
export function buildReport(
  asset: AuditSubject,
  policy: ReportPolicy,
  readings: AuditReadings,
  observedAt: UnixTime,
): Report {
  const { choice, custody, deployments, liability } = readings;
  const point = choice.point instanceof AssayError ? null : choice.point;
  const { moment } = choice;
  const agreed = agreedReserves(readings);
  const bound = boundReserves(readings);
  const reconciliation = reconcile({
    reserves: agreed?.total ?? null,
    reservesAtLeast: bound && Sats(BigInt(bound.sats)),
    supplies: deployments.map(({ deployment, reading }) => ({
      token: deployment.token,
      decimals: deployment.decimals,
      amount: reading.amount instanceof AssayError ? null : reading.amount,
    })),
    ...(liability && { liability: liabilityInput(liability) }),
    unreadHoldings: holdingFaults(liability),
    skewSeconds: widestSkew(moment, deployments, liability),
    maxSkewSeconds: policy.maxSkewSeconds,
    ageSeconds: moment && observedAt - moment.time,
    maxAgeSeconds: policy.maxAgeSeconds,
    gaps: [...unreadAddresses(readings), ...gapsOf(asset)],
    faults: [...bitcoinFaults(readings), ...supplyFaults(deployments), ...rateFaults(liability)],
    // What is taken off was read at one moment only.
    window: agreed && !liability ? windowOf(agreed, deployments) : null,
  });
  const grades = custody.map((one) =>
    gradeCustody(one, point && moment && { ...point, time: moment.time }, policy),
  );
  return {
    schema: 'assay.report/1',
    asset: { id: asset.id, name: asset.name, symbol: asset.symbol },
    ...(asset.sharing && {
      pool: { name: asset.sharing.name, assets: [...asset.sharing.assets] },
    }),
    verdict: reconciliation.verdict,
    restsOnBounds: reconciliation.restsOnBounds,
    reasons: reconciliation.reasons.map((reason) => ({ ...reason })),
    reserves: reportReserves(readings, grades, reconciliation),
    supply: {
      ...reportSupply(deployments, moment, reconciliation),
      ...reportLiability(liability),
    },
    surplus:
      reconciliation.surplus === null
        ? null
        : { amount: reconciliation.surplus.toString(), decimals: fixed18Decimals },
    ratio: reconciliation.ratio,
    window: point && agreed ? windowEntry(reconciliation, point, agreed.tip) : null,
    policy: {
      confirmations: policy.confirmations,
      maxSkewSeconds: policy.maxSkewSeconds,
      maxAgeSeconds: policy.maxAgeSeconds,
      validForSeconds: policy.validForSeconds,
      quorum: policy.quorum,
      maxProofAgeDays: policy.maxProofAgeDays,
      pairing: policy.pairing,
    },
    registryDigest: asset.digest,
    graph: reportGraph(readings.graph),
    claims: reportClaims(readings.claims, reconciliation),
    evidence: null,
    observedAt,
    validUntil: validUntilOf(observedAt, policy),
    notProven: describeLimits(asset, readings, grades, policy),
  };
}

/** Nobody keeps the lists of a retired asset up to date, on either side. */
const retiredGaps = (['reserves', 'supply'] as const).map((side) => ({
  side,
  reason: {
    code: 'ASSET_RETIRED',
    message: `The asset is retired: its ${side} may be incomplete.`,
  } as const,
}));

function gapsOf(asset: Asset): { side: 'reserves' | 'supply'; reason: Reason }[] {
  const retired = asset.coverage.status === 'retired' ? retiredGaps : [];
  const missing = asset.coverage.missing.map((gap) => ({
    side: gap.side,
    reason: {
      code: 'COVERAGE_PARTIAL' as const,
      message: `${gap.what.replace(/\.$/, '')}: ${gap.why}`,
    },
  }));
  return [...retired, ...missing];
}

/** Addresses that could not be read leave a lower bound: what is missing can only add to it. */
function unreadAddresses({ reserves }: AuditReadings): { side: 'reserves'; reason: Reason }[] {
  if (!(reserves?.agreed instanceof AssayError) || !isPartial(reserves.agreed)) return [];
  return [{ side: 'reserves', reason: faultOf(reserves.agreed) }];
}

function bitcoinFaults({ choice, reserves, unconfirmed }: AuditReadings): Reason[] {
  if (choice.point instanceof AssayError) return [faultOf(choice.point)];
  const unread = reserves?.agreed instanceof AssayError ? reserves.agreed : null;
  if (unread !== null && !isPartial(unread)) return [faultOf(unread)];
  return unconfirmed === null ? [] : [faultOf(unconfirmed)];
}

function isPartial(error: AssayError): boolean {
  return error.code === 'BITCOIN_RESERVES_PARTIAL';
}

function supplyFaults(deployments: readonly DeploymentReading[]): Reason[] {
  return deployments.flatMap(({ deployment, reading }) =>
    reading.amount instanceof AssayError
      ? [{ ...faultOf(reading.amount), subject: deployment.token }]
      : [],
  );
}

function windowOf(
  agreed: AgreedReserves,
  deployments: readonly DeploymentReading[],
): WindowFigures | null {
  if (agreed.window === null) return null;
  const lowestSupply = [];
  const highestSupply = [];
  for (const { deployment, reading, finalized } of deployments) {
    if (reading.amount instanceof AssayError || finalized === null) return null;
    const { token, decimals } = deployment;
    const [low, high] =
      reading.amount < finalized ? [reading.amount, finalized] : [finalized, reading.amount];
    lowestSupply.push({ token, decimals, amount: low });
    highestSupply.push({ token, decimals, amount: high });
  }
  return {
    lowestReserves: agreed.window.lowest,
    highestReserves: agreed.window.highest,
    lowestSupply,
    highestSupply,
  };
}

function windowEntry(
  { window }: Reconciliation,
  from: ChainPoint,
  tip: ChainPoint,
): Report['window'] {
  if (!window) return null;
  return {
    fromHeight: from.height,
    toHeight: tip.height,
    reserves: {
      lowestSats: window.reserves.lowest.toString(),
      highestSats: window.reserves.highest.toString(),
    },
    supply: {
      lowest: window.supply.lowest.toString(),
      highest: window.supply.highest.toString(),
      decimals: fixed18Decimals,
    },
    holdsAcrossWindow: window.holdsAcrossWindow,
  };
}
