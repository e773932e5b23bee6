import { AssayError } from '../core/assayError.ts';
import type { BitcoinMoment } from '../core/bitcoinMoment.ts';
import type { ChainId } from '../core/caip.ts';
import type { ReadContext } from '../core/source.ts';
import type { Asset, Deployment } from '../registry/asset.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import type { Pairing } from '../supply/supplySource.ts';
import type { Patience } from './askSources.ts';
import { observeLatest } from './observeLatest.ts';
import { observeSupply, type TokenSupplyReading } from './observeSupply.ts';
import type { TokensOfChain } from './readTogether.ts';

/** One deployment at the audited moment, and at the end of the window. */
export interface DeploymentReading {
  readonly deployment: Deployment;
  readonly reading: TokenSupplyReading;
  /** The supply at the last final block; null where it is not known, or nobody asks for it. */
  readonly finalized: bigint | null;
  /** By which rule a block of the chain is final, as its sources say it; null where there is none. */
  readonly finality: string | null;
}

/** Where the tokens of the deployments lie, each chain once. */
export function chainsOf(deployments: readonly Deployment[]): ReadonlySet<ChainId> {
  return new Set(deployments.map(({ chain }) => chain));
}

/** The deployments that make up the supply. */
export function canonicalOf(asset: Asset): readonly Deployment[] {
  return asset.deployments.filter(({ kind }) => kind === 'canonical');
}

/**
 * The supply of all canonical deployments, every chain at once. Bridged deployments are copies of
 * tokens that are counted where they are locked; where the graph is wanted, those that lie on the same
 * chains are read along, at the same block, and what goes wrong with them leaves the others as they are.
 *
 * Without a moment there is nothing to align to; the last final block is read instead, so
 * that the report shows what can be shown.
 *
 * @throws AssayError what `findMove` gives, if a chain moved under too many sources for a quorum
 */
export async function observeDeployments(
  asset: Asset,
  moment: Pick<BitcoinMoment, 'time'> | null,
  policy: {
    readonly quorum: number;
    readonly pairing: 'aligned' | 'finalized';
    readonly graph: boolean;
  },
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<readonly DeploymentReading[]> {
  const canonical = canonicalOf(asset);
  const chains = [...chainsOf(canonical)];
  const perChain = await Promise.all(
    chains.map((chain) => {
      const tokens = canonical.filter((one) => one.chain === chain);
      const besides = asset.deployments.filter(
        (one) => policy.graph && one.kind === 'bridged' && one.chain === chain,
      );
      const together = { tokens, besides, window: true };
      return observeChain(chain, together, moment, policy, sources, context, patience);
    }),
  );
  const readings = new Map(perChain.flat().map((one) => [one.deployment.token, one]));
  return asset.deployments.flatMap(({ token }) => readings.get(token) ?? []);
}

/** What is read of one chain. */
export interface ChainDeployments extends TokensOfChain {
  readonly tokens: readonly Deployment[];
  readonly besides: readonly Deployment[];
  /** Whether the supply of `tokens` at the end of the window is wanted, too. */
  readonly window: boolean;
}

/**
 * The supplies of deployments of one chain at one moment, in the order `tokens`, `besides`.
 *
 * @throws AssayError what `findMove` gives, if the chain moved under too many sources for a quorum
 */
export async function observeChain(
  chain: ChainId,
  { tokens, besides, window }: ChainDeployments,
  moment: Pick<BitcoinMoment, 'time'> | null,
  policy: { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' },
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<readonly DeploymentReading[]> {
  const deployments = [...tokens, ...besides];
  const own = sources.filter((source) => source.chain === chain);
  const atBlocks = own.flatMap((source) => (isLatest(source) ? [] : [source]));
  const latest = own.filter(isLatest);
  if (atBlocks.length === 0 && latest.length > 0) {
    const together = { tokens, besides };
    const readings = await observeLatest(latest, together, policy.quorum, context, patience);
    return withWindow(deployments, readings, readings, own);
  }
  const read = (pairing: Pairing, together: TokensOfChain) =>
    observeSupply(chain, atBlocks, together, pairing, policy.quorum, context, patience);
  if (policy.pairing === 'finalized' || moment === null) {
    const readings = await read({ kind: 'finalized' }, { tokens, besides });
    return withWindow(deployments, readings, readings, own);
  }
  const [readings, finalized] = await Promise.all([
    read({ kind: 'aligned', time: moment.time }, { tokens, besides }),
    window ? read({ kind: 'finalized' }, { tokens, besides: [] }) : [],
  ]);
  return withWindow(deployments, readings, finalized, own);
}

function withWindow(
  deployments: readonly Deployment[],
  readings: readonly TokenSupplyReading[],
  finalized: readonly TokenSupplyReading[],
  sources: readonly AnySupplySource[],
): readonly DeploymentReading[] {
  const rules = [...new Set(sources.map((source) => source.finality))];
  const finality = rules.length === 0 ? null : rules.join(' or ');
  return deployments.flatMap((deployment, index) => {
    const reading = readings[index];
    const latest = finalized[index]?.amount;
    if (!reading) return [];
    return {
      deployment,
      reading,
      finalized: latest === undefined || latest instanceof AssayError ? null : latest,
      finality,
    };
  });
}
