import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import type { Reconciliation } from '../reconcile/reconciliation.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import type { LiabilityReading } from './observeLiability.ts';
import type { TokenSupplyReading } from './observeSupply.ts';
import { reportOpinions } from './reportOpinions.ts';

type Supply = Report['supply'];

/** When a figure holds. */
type Dated = Pick<TokenSupplyReading, 'point' | 'around'>;

/** Seconds from the figure's block to the Bitcoin block; null where one of them is not known. */
function skewOf(bitcoin: ChainPoint | null, { point, around }: Dated): number | null {
  if (!bitcoin || !point) return null;
  const skews = [around?.to ?? point, point].map(({ time }) => bitcoin.time - time);
  return skews.reduce((most, skew) => (Math.abs(skew) > Math.abs(most) ? skew : most));
}

/**
 * Seconds between the Bitcoin block and the figure that lies furthest from it, of all that count; null
 * where a deployment's block is not known.
 */
export function widestSkew(
  point: ChainPoint | null,
  deployments: readonly DeploymentReading[],
  liability: LiabilityReading | null,
): number | null {
  const known = [
    ...(liability?.excluded ?? []).filter(({ amount }) => typeof amount === 'bigint'),
    ...(liability?.rates ?? []).filter(({ rate }) => typeof rate === 'bigint'),
  ];
  const skews = [
    ...deployments.map(({ reading }) => skewOf(point, reading)),
    ...known.map((one) => skewOf(point, one)),
  ];
  return skews.reduce<number | null>(
    (most, skew) => (most === null || skew === null ? null : Math.max(most, Math.abs(skew))),
    0,
  );
}

/** The `supply` of a report: every figure with who stands behind it. */
export function reportSupply(
  deployments: readonly DeploymentReading[],
  point: ChainPoint | null,
  { supply, supplyBounds: { atLeast, atMost }, complete }: Reconciliation,
): Supply {
  const of = deployments.length;
  return {
    amount: supply?.toString() ?? null,
    decimals: fixed18Decimals,
    atLeast: atLeast && { ...atLeast, amount: atLeast.amount.toString(), of },
    atMost: atMost === null ? null : { amount: atMost.toString(), deployments: of, of },
    complete: complete.supply,
    deployments: deployments.map((one) => deploymentEntry(one, skewOf(point, one.reading))),
  };
}

function deploymentEntry(
  { deployment, reading, finality }: DeploymentReading,
  skewSeconds: number | null,
): Supply['deployments'][number] {
  const { amount, point, outcomes } = reading;
  const { agreement, observations } = reportOpinions(amount, outcomes, (value) => value.amount);
  return {
    token: deployment.token,
    symbol: deployment.symbol,
    amount: amount instanceof AssayError ? null : amount.toString(),
    decimals: deployment.decimals,
    point,
    around: reading.around ?? null,
    finality: point && finality,
    skewSeconds,
    agreement,
    observations: observations.map((one, index) => {
      const outcome = outcomes[index];
      return { ...one, point: outcome && 'value' in outcome ? outcome.value.point : null };
    }),
  };
}
