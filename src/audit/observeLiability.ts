import { AssayError } from '../core/assayError.ts';
import { type ChainId, type TokenId, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import type { ReadContext } from '../core/source.ts';
import type { Asset, Exclusion, Feed, LiabilityFormula } from '../registry/asset.ts';
import { contractIdParts } from '../registry/parseContract.ts';
import type { FeedClaim } from '../supply/claimReader.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import { askSources, opinionsOf, type Patience, type SourceOutcome } from './askSources.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import { observeHoldings } from './observeHoldings.ts';

/** A holding that is taken off the supply. */
export interface ExclusionReading extends Exclusion {
  readonly amount: bigint | AssayError;
  /** For a lockbox: the deployments as which its tokens are counted again. */
  readonly countedAs?: readonly TokenId[];
}

/** How much BTC a token stands for. */
export interface RateReading {
  readonly token: TokenId;
  readonly feed: string;
  readonly decimals: number;
  readonly rate: bigint | AssayError;
}

export interface LiabilityReading {
  readonly excluded: readonly ExclusionReading[];
  readonly rates: readonly RateReading[];
}

/**
 * Reads what an asset's liability formula asks for besides the supplies: excluded holdings and exchange
 * rates, each at the block of its token's supply, as enough operators agree on it. What could not be
 * read is an error in its place: then what is owed is not known.
 */
export async function observeLiability(
  asset: Asset,
  formula: LiabilityFormula,
  deployments: readonly DeploymentReading[],
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<LiabilityReading> {
  const points = new Map<ChainId, ChainPoint>();
  for (const { deployment, reading } of deployments) {
    if (reading.point) points.set(deployment.chain, reading.point);
  }
  const [held, rates] = await Promise.all([
    observeHoldings(formula.exclude, points, quorum, sources, context, patience),
    Promise.all(
      formula.rates.map(async ({ token, feed: contract }): Promise<RateReading> => {
        const feed = asset.feeds?.find((one) => one.contract === contract);
        const point = points.get(tokenIdParts(token).chain);
        const rate =
          feed && point
            ? await readRate(feed, point, quorum, sources, context, patience)
            : new AssayError('SOURCE_MISSING', { message: `the rate of ${token} was not read` });
        return { token, feed: contract, decimals: feed?.decimals ?? 0, rate };
      }),
    ),
  ]);
  const excluded = formula.exclude.map((exclusion, index): ExclusionReading => {
    const amount = held[index]?.amount ?? new AssayError('INTERNAL_ERROR');
    const countedAs = copiesOf(asset, exclusion);
    return exclusion.reason === 'lockbox' || countedAs.length > 0
      ? { ...exclusion, amount, countedAs }
      : { ...exclusion, amount };
  });
  return { excluded, rates };
}

/** The canonical deployments that are copies, in part, of what lies with the holder. */
function copiesOf(asset: Asset, { token, holder }: Exclusion): readonly TokenId[] {
  return asset.deployments.flatMap(({ token: copy, kind, lockbox }) =>
    kind === 'canonical' &&
    typeof lockbox === 'object' &&
    lockbox.locks === token &&
    contractIdParts(lockbox.contract).address === holder
      ? [copy]
      : [],
  );
}

/** A rate that is stale, or no rate at all, is not known. */
async function readRate(
  feed: Feed,
  point: ChainPoint,
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<bigint | AssayError> {
  const readers = sources.flatMap((source) =>
    source.chain === point.chain && !isLatest(source) && source.claims
      ? [{ source: source.source, reader: source.claims }]
      : [],
  );
  const outcomes = await askSources(
    readers,
    async ({ reader }, own) => rateOf(feed, (await reader.readFeedClaims([feed], point, own))[0]),
    context,
    (some) => typeof agreeOn(some, quorum) === 'bigint',
    patience,
  );
  return readers.length === 0
    ? new AssayError('SOURCE_MISSING', { message: `no source of ${point.chain} reads feeds` })
    : agreeOn(outcomes, quorum);
}

function rateOf({ contract }: Feed, claim: FeedClaim | undefined): bigint {
  if (!claim?.valid) {
    const message = claim?.message ?? `the feed ${contract} was not read`;
    throw new AssayError('SOURCE_RESPONSE_INVALID', { message });
  }
  // Of a rate whose age nobody bounds it is not known whether it still holds.
  if (claim.stale !== false) {
    throw new AssayError('SUPPLY_RATE_STALE', {
      message: `the feed ${contract} is ${claim.ageSeconds} seconds old, where its heartbeat is ${claim.heartbeatSeconds ?? 'not known'}`,
    });
  }
  return claim.value;
}

function agreeOn(outcomes: readonly SourceOutcome<bigint>[], quorum: number): bigint | AssayError {
  const agreement = findAgreement(opinionsOf(outcomes), quorum, String);
  if (agreement.kind === 'agreed') return agreement.members[0].value;
  return agreement.kind === 'disagreed'
    ? new AssayError('SUPPLY_SOURCES_DISAGREE', { message: 'the sources give different rates' })
    : lackOfQuorum('SUPPLY_QUORUM_NOT_MET', outcomes, quorum);
}
