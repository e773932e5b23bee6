import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import type { Reconciliation } from '../reconcile/reconciliation.ts';
import { sumSupplies } from '../reconcile/sumSupplies.ts';
import type { Coverage } from '../registry/asset.ts';
import { faultOf } from './askSources.ts';
import type { DeploymentReading } from './observeDeployments.ts';

type Supply = Report['supply'];

/** Seconds from the token's block to the Bitcoin block; null where one of them is not known. */
export function skewOf(point: ChainPoint | null, { reading }: DeploymentReading): number | null {
  if (!point || !reading.point) return null;
  const skews = [reading.around?.to ?? reading.point, reading.point].map(
    ({ time }) => point.time - time,
  );
  return skews.reduce((most, skew) => (Math.abs(skew) > Math.abs(most) ? skew : most));
}

/** The `supply` of a report: every figure with who stands behind it. */
export function reportSupply(
  deployments: readonly DeploymentReading[],
  point: ChainPoint | null,
  { supply, complete }: Reconciliation,
  coverage: Coverage,
  hasFormula: boolean,
): Supply {
  // What the registry lacks may be holdings to be taken off: then a sum is no lower bound.
  const hasGap = hasFormula || coverage.missing.some(({ side }) => side === 'supply');
  return {
    amount: supply?.toString() ?? null,
    decimals: fixed18Decimals,
    atLeast: supply === null && !hasGap ? boundSupply(deployments) : null,
    complete: complete.supply,
    deployments: deployments.map((one) => deploymentEntry(one, skewOf(point, one))),
  };
}

function boundSupply(deployments: readonly DeploymentReading[]): Supply['atLeast'] {
  const known = deployments.flatMap(({ deployment, reading }) =>
    reading.amount instanceof AssayError
      ? []
      : [{ amount: reading.amount, decimals: deployment.decimals }],
  );
  const amount = sumSupplies(known);
  if (amount === null) return null;
  return { amount: amount.toString(), deployments: known.length, of: deployments.length };
}

function deploymentEntry(
  { deployment, reading }: DeploymentReading,
  skewSeconds: number | null,
): Supply['deployments'][number] {
  const { amount, point, outcomes } = reading;
  const observations = outcomes.map((outcome) => {
    const { id, operator, kind } = outcome.source;
    const base = { source: id, operator, kind };
    if ('error' in outcome) {
      return { ...base, point: null, amount: null, agrees: false, fault: faultOf(outcome.error) };
    }
    const { value } = outcome;
    return {
      ...base,
      point: value.point,
      amount: value.amount.toString(),
      agrees: value.amount === amount,
    };
  });
  const agreeing = observations.filter(({ agrees }) => agrees);
  return {
    token: deployment.token,
    symbol: deployment.symbol,
    amount: amount instanceof AssayError ? null : amount.toString(),
    decimals: deployment.decimals,
    point,
    around: reading.around ?? null,
    skewSeconds,
    agreement: {
      operators: new Set(agreeing.map(({ operator }) => operator)).size,
      of: new Set(observations.map(({ operator }) => operator)).size,
    },
    observations,
  };
}
