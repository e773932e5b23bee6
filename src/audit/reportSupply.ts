import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { BitcoinMoment } from '../core/bitcoinMoment.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import type { Reconciliation } from '../reconcile/reconciliation.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import type { LiabilityReading } from './observeLiability.ts';
import type { TokenSupplyReading } from './observeSupply.ts';
import { reportOpinions } from './reportOpinions.ts';

type Supply = Report['supply'];

/** When a figure holds. */
type Dated = Pick<TokenSupplyReading, 'point' | 'around'>;

/** Seconds from the figure's block to Bitcoin's moment; null where one of them is not known. */
function skewOf(moment: BitcoinMoment | null, { point, around }: Dated): number | null {
  if (!moment || !point) return null;
  const skews = [around?.to ?? point, point].map(({ time }) => moment.time - time);
  return skews.reduce((most, skew) => (Math.abs(skew) > Math.abs(most) ? skew : most));
}

/**
 * Seconds between Bitcoin's moment and the figure that lies furthest from it, of all that count, with
 * what the moment itself may lie off; null where a deployment's block is not known.
 */
export function widestSkew(
  moment: BitcoinMoment | null,
  deployments: readonly DeploymentReading[],
  liability: LiabilityReading | null,
): number | null {
  const known = [
    ...(liability?.excluded ?? []).filter(({ amount }) => typeof amount === 'bigint'),
    ...(liability?.rates ?? []).filter(({ rate }) => typeof rate === 'bigint'),
  ];
  const skews = [
    ...deployments.map(({ reading }) => skewOf(moment, reading)),
    ...known.map((one) => skewOf(moment, one)),
  ];
  const doubt = moment?.doubtSeconds ?? 0;
  return skews.reduce<number | null>(
    (most, skew) =>
      most === null || skew === null ? null : Math.max(most, Math.abs(skew) + doubt),
    0,
  );
}

/** The `supply` of a report: every figure with who stands behind it. */
export function reportSupply(
  deployments: readonly DeploymentReading[],
  moment: BitcoinMoment | null,
  { supply, supplyBounds: { atLeast, atMost }, complete }: Reconciliation,
): Supply {
  const of = deployments.length;
  return {
    amount: supply?.toString() ?? null,
    decimals: fixed18Decimals,
    atLeast: atLeast && { ...atLeast, amount: atLeast.amount.toString(), of },
    atMost: atMost === null ? null : { amount: atMost.toString(), deployments: of, of },
    complete: complete.supply,
    deployments: deployments.map((one) => deploymentEntry(one, skewOf(moment, one.reading))),
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
