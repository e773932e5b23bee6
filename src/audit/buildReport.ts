import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ControlGrade } from '../core/controlGrade.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import { UnixTime } from '../core/unixTime.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import type { Reason, Reconciliation, WindowFigures } from '../reconcile/reconciliation.ts';
import { type GradedAmount, sumGrades } from '../reconcile/sumGrades.ts';
import type { Asset, AssetPolicy } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { gradeCustody } from '../registry/gradeCustody.ts';
import { faultOf } from './askSources.ts';
import type { AuditReadings } from './auditReadings.ts';
import { describeLimits } from './describeLimits.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import type { AgreedReserves } from './observeReserves.ts';

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
  const { choice, custody, reserves, deployments } = readings;
  const point = choice.point instanceof AssayError ? null : choice.point;
  // No address in force is nothing known of the reserves; it is not a reserve of zero.
  const read = reserves && !(reserves.agreed instanceof AssayError) ? reserves.agreed : null;
  const agreed = custody.length === 0 ? null : read;
  const skews = deployments.map((one) => skewOf(point, one));
  const reconciliation = reconcile({
    reserves: agreed?.observation.total ?? null,
    supplies: deployments.map(({ deployment, reading }) => ({
      token: deployment.token,
      decimals: deployment.decimals,
      amount: reading.amount instanceof AssayError ? null : reading.amount,
    })),
    skewSeconds: skews.reduce<number | null>(
      (most, skew) => (most === null || skew === null ? null : Math.max(most, Math.abs(skew))),
      0,
    ),
    maxSkewSeconds: policy.maxSkewSeconds,
    ageSeconds: point ? observedAt - point.time : null,
    maxAgeSeconds: policy.maxAgeSeconds,
    gaps: gapsOf(asset),
    faults: [...bitcoinFaults(readings), ...supplyFaults(deployments)],
    window: agreed ? windowOf(agreed, deployments) : null,
  });
  const scripts = agreed?.observation.scripts;
  const grades = custody.map((one) => gradeCustody(one, point, policy));
  const counts = scripts?.map((script) => script.utxos?.length ?? null) ?? [];
  return {
    schema: 'assay.report/1',
    asset: { id: asset.id, name: asset.name, symbol: asset.symbol },
    ...(asset.sharing && {
      pool: { name: asset.sharing.name, assets: [...asset.sharing.assets] },
    }),
    verdict: reconciliation.verdict,
    reasons: reconciliation.reasons.map((reason) => ({ ...reason })),
    reserves: {
      sats: agreed?.observation.total.toString() ?? null,
      complete: reconciliation.complete.reserves,
      point,
      tip: agreed?.tip ?? null,
      addresses: custody.map(({ address }, index) => ({
        address,
        sats: scripts?.[index]?.sats.toString() ?? null,
        utxos: counts[index] ?? null,
        grade: grades[index] ?? 'claimed',
      })),
      utxos:
        !agreed || counts.includes(null)
          ? null
          : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
      grades: gradeEntries(
        grades.map((grade, index) => ({ grade, sats: scripts?.[index]?.sats ?? null })),
        reconciliation,
      ),
      observations: reserveObservations(readings),
    },
    supply: {
      amount: reconciliation.supply?.toString() ?? null,
      decimals: fixed18Decimals,
      complete: reconciliation.complete.supply,
      deployments: deployments.map((one, index) => deploymentEntry(one, skews[index] ?? null)),
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
    observedAt,
    validUntil: UnixTime(observedAt + policy.validForSeconds),
    notProven: describeLimits(asset, readings, grades),
  };
}

function gradeEntries(
  amounts: readonly GradedAmount[],
  { ratio, supply }: Reconciliation,
): Report['reserves']['grades'] {
  const shares = sumGrades(amounts, ratio === null ? null : supply);
  const entry = (grade: ControlGrade) => {
    const { addresses, sats, ratio } = shares[grade];
    return { addresses, sats: sats?.toString() ?? null, ratio };
  };
  return {
    proven: entry('proven'),
    derived: entry('derived'),
    published: entry('published'),
    claimed: entry('claimed'),
  };
}

function skewOf(point: ChainPoint | null, { reading }: DeploymentReading): number | null {
  return point && reading.point ? point.time - reading.point.time : null;
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

function bitcoinFaults({ choice, reserves }: AuditReadings): Reason[] {
  if (choice.point instanceof AssayError) return [faultOf(choice.point)];
  return reserves?.agreed instanceof AssayError ? [faultOf(reserves.agreed)] : [];
}

function supplyFaults(deployments: readonly DeploymentReading[]): Reason[] {
  return deployments.flatMap(({ deployment, reading }) =>
    reading.amount instanceof AssayError
      ? [{ ...faultOf(reading.amount), subject: deployment.token }]
      : [],
  );
}

function reserveObservations({
  choice,
  reserves,
}: AuditReadings): Report['reserves']['observations'] {
  const answers = new Map(reserves?.outcomes.map((outcome) => [outcome.source, outcome]));
  return choice.outcomes.map((chosen) => {
    const { id, operator, kind } = chosen.source;
    const outcome = answers.get(chosen.source) ?? chosen;
    const point = 'value' in chosen ? chosen.value : null;
    const base = { source: id, operator, kind, point, sats: null };
    if ('error' in outcome) return { ...base, fault: faultOf(outcome.error) };
    return 'total' in outcome.value ? { ...base, sats: outcome.value.total.toString() } : base;
  });
}

function deploymentEntry(
  { deployment, reading }: DeploymentReading,
  skewSeconds: number | null,
): Report['supply']['deployments'][number] {
  return {
    token: deployment.token,
    symbol: deployment.symbol,
    amount: reading.amount instanceof AssayError ? null : reading.amount.toString(),
    decimals: deployment.decimals,
    point: reading.point,
    skewSeconds,
    observations: reading.outcomes.map((outcome) => {
      const { id, operator, kind } = outcome.source;
      const base = { source: id, operator, kind };
      return 'error' in outcome
        ? { ...base, point: null, amount: null, fault: faultOf(outcome.error) }
        : { ...base, point: outcome.value.point, amount: outcome.value.amount.toString() };
    }),
  };
}

function windowOf(
  agreed: AgreedReserves,
  deployments: readonly DeploymentReading[],
): WindowFigures | null {
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
