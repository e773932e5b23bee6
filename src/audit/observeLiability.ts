import { AssayError } from '../core/assayError.ts';
import type { BitcoinMoment } from '../core/bitcoinMoment.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { Asset, Exclusion, LiabilityFormula, Rate } from '../registry/asset.ts';
import { countedCopies } from '../registry/countedCopies.ts';
import { contractIdParts } from '../registry/parseContract.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import type { Pairing } from '../supply/supplySource.ts';
import type { Patience } from './askSources.ts';
import { confirmHoldings } from './confirmHoldings.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import { type AgreedHolding, observeHoldings } from './observeHoldings.ts';
import { observePoint } from './observePoint.ts';
import { observeRate, type RateReading } from './observeRate.ts';
import { type ChainPoints, pointsOf } from './pointsOf.ts';
import type { Pause } from './retryMoved.ts';

/** A holding that is taken off the supply. */
export interface ExclusionReading
  extends Exclusion,
    Pick<AgreedHolding, 'amount' | 'point' | 'around' | 'outcomes'> {
  /** For a lockbox: the deployments as which its tokens are counted again. */
  readonly countedAs?: readonly TokenId[];
}

export interface LiabilityReading {
  readonly excluded: readonly ExclusionReading[];
  readonly rates: readonly RateReading[];
}

type Policy = { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' };

/**
 * Reads what an asset's liability formula asks for besides the supplies: excluded holdings, each at the
 * block of its token's supply, or as of now where its chain answers no other way (see
 * `confirmHoldings`); and exchange rates,
 * each at the block of its feed's chain that belongs to the same Bitcoin block. All as enough operators
 * agree on it. What could not be read is an error in its place.
 *
 * @throws AssayError what `findMove` gives, if a chain moved under too many sources for a quorum
 */
export async function observeLiability(
  asset: Asset,
  formula: LiabilityFormula,
  deployments: readonly DeploymentReading[],
  moment: Pick<BitcoinMoment, 'time'> | null,
  policy: Policy,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
  pause?: Pause,
): Promise<LiabilityReading> {
  const points = pointsOf(deployments);
  const [held, rates] = await Promise.all([
    observeHoldings(formula.exclude, points, policy.quorum, sources, context, patience).then(
      (read) =>
        confirmHoldings(read, deployments, policy.quorum, sources, context, patience, pause),
    ),
    observeRates(asset, formula.rates, points, moment, policy, sources, context, patience),
  ]);
  const excluded = formula.exclude.map((exclusion, index): ExclusionReading => {
    const reading = held[index];
    if (!reading) throw new AssayError('INTERNAL_ERROR');
    const { amount, point, around, outcomes } = reading;
    const countedAs = countedCopies(asset.deployments, exclusion);
    return {
      ...exclusion,
      amount,
      point,
      ...(around && { around }),
      outcomes,
      ...(countedAs && { countedAs }),
    };
  });
  return { excluded, rates };
}

/** Each feed's chain is read at one block: that of its deployments where it has some, or not at all. */
async function observeRates(
  asset: Asset,
  rates: readonly Rate[],
  known: ChainPoints,
  moment: Pick<BitcoinMoment, 'time'> | null,
  { quorum, pairing }: Policy,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<readonly RateReading[]> {
  const points = new Map<ChainId, Promise<ChainPoint | AssayError>>();
  const findPoint = async (chain: ChainId): Promise<ChainPoint | AssayError> => {
    const own = known.get(chain);
    if (own) return own;
    const readers = sources.flatMap((source) =>
      source.chain === chain && !isLatest(source) ? [source] : [],
    );
    const at: Pairing =
      pairing === 'aligned' && moment !== null
        ? { kind: 'aligned', time: moment.time }
        : { kind: 'finalized' };
    return observePoint(chain, readers, at, quorum, context, patience);
  };
  return Promise.all(
    rates.map(async ({ tokens, feed: contract }): Promise<RateReading> => {
      const feed = asset.feeds?.find((one) => one.contract === contract);
      const base = { tokens, feed: contract, decimals: feed?.decimals ?? 0 };
      const none = { ...base, point: null, outcomes: [] };
      if (!feed) {
        const message = `the feed ${contract} is not in the registry`;
        return { ...none, rate: new AssayError('SOURCE_MISSING', { message }) };
      }
      const { chain } = contractIdParts(feed.contract);
      const finding = points.get(chain) ?? findPoint(chain);
      points.set(chain, finding);
      const point = await finding;
      if (point instanceof AssayError) return { ...none, rate: point };
      return { ...base, ...(await observeRate(feed, point, quorum, sources, context, patience)) };
    }),
  );
}
