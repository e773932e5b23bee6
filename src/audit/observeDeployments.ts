import { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { Asset, Deployment } from '../registry/asset.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import type { Pairing } from '../supply/supplySource.ts';
import type { Patience } from './askSources.ts';
import { observeLatest } from './observeLatest.ts';
import { observeSupply, type TokenSupplyReading } from './observeSupply.ts';

/** One canonical deployment at the audited moment, and at the end of the window. */
export interface DeploymentReading {
  readonly deployment: Deployment;
  readonly reading: TokenSupplyReading;
  /** The supply at the last final block; null where it is not known. */
  readonly finalized: bigint | null;
}

/**
 * The supply of all canonical deployments, every chain at once. Bridged deployments are copies of
 * tokens that are counted where they are locked, so they are never read here.
 *
 * Without a Bitcoin point there is no moment to align to; the last final block is read instead, so
 * that the report shows what can be shown.
 */
export async function observeDeployments(
  asset: Asset,
  bitcoin: ChainPoint | null,
  policy: { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' },
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<readonly DeploymentReading[]> {
  const canonical = asset.deployments.filter((deployment) => deployment.kind === 'canonical');
  return observeTokens(canonical, bitcoin, policy, sources, context, patience);
}

/** The supplies of any deployments at one moment, in their order. */
export async function observeTokens(
  deployments: readonly Deployment[],
  moment: { readonly time: UnixTime } | null,
  policy: { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' },
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<readonly DeploymentReading[]> {
  const chains = [...new Set(deployments.map((deployment) => deployment.chain))];
  const perChain = await Promise.all(
    chains.map((chain) =>
      observeChain(chain, deployments, moment, policy, sources, context, patience),
    ),
  );
  const readings = new Map(perChain.flat().map((one) => [one.deployment.token, one]));
  return deployments.flatMap((deployment) => readings.get(deployment.token) ?? []);
}

async function observeChain(
  chain: ChainId,
  all: readonly Deployment[],
  moment: { readonly time: UnixTime } | null,
  policy: { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' },
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<DeploymentReading[]> {
  const deployments = all.filter((deployment) => deployment.chain === chain);
  const own = sources.filter((source) => source.chain === chain);
  const atBlocks = own.flatMap((source) => (isLatest(source) ? [] : [source]));
  const latest = own.filter(isLatest);
  if (atBlocks.length === 0 && latest.length > 0) {
    const readings = await observeLatest(latest, deployments, policy.quorum, context, patience);
    return deployments.flatMap((deployment, index) => {
      const reading = readings[index];
      if (!reading) return [];
      const finalized = reading.amount instanceof AssayError ? null : reading.amount;
      return { deployment, reading, finalized };
    });
  }
  const read = (pairing: Pairing) =>
    observeSupply(chain, atBlocks, deployments, pairing, policy.quorum, context, patience);
  const aligned = policy.pairing === 'aligned' && moment !== null;
  const [finalized, atMoment] = await Promise.all([
    read({ kind: 'finalized' }),
    aligned ? read({ kind: 'aligned', time: moment.time }) : null,
  ]);
  return deployments.flatMap((deployment, index) => {
    const reading = (atMoment ?? finalized)[index];
    const latest = finalized[index]?.amount;
    if (!reading) return [];
    return {
      deployment,
      reading,
      finalized: latest === undefined || latest instanceof AssayError ? null : latest,
    };
  });
}
