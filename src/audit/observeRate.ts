import { AssayError } from '../core/assayError.ts';
import type { TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { Feed } from '../registry/asset.ts';
import type { FeedClaim } from '../supply/claimReader.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import { agreeOnFigure } from './agreeOnFigure.ts';
import { askSources, type Patience, type SourceOutcome } from './askSources.ts';

/** How much BTC tokens stand for. */
export interface RateReading {
  readonly tokens: readonly TokenId[];
  readonly feed: string;
  readonly decimals: number;
  readonly rate: bigint | AssayError;
  /** The block of the feed's chain at which it was read; null where there was none. */
  readonly point: ChainPoint | null;
  readonly outcomes: readonly SourceOutcome<bigint>[];
}

/**
 * What a feed says at a block, as enough operators agree on it. A rate that is stale, or of which
 * nobody says how long it stands, is not known.
 */
export async function observeRate(
  feed: Feed,
  point: ChainPoint,
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<Pick<RateReading, 'rate' | 'point' | 'outcomes'>> {
  const readers = sources.flatMap((source) =>
    source.chain === point.chain && !isLatest(source) && source.claims
      ? [{ source: source.source, reader: source.claims }]
      : [],
  );
  if (readers.length === 0) {
    const message = `no source of ${point.chain} reads feeds`;
    return { rate: new AssayError('SOURCE_MISSING', { message }), point: null, outcomes: [] };
  }
  const outcomes = await askSources(
    readers,
    async ({ reader }, own) => rateOf(feed, (await reader.readFeedClaims([feed], point, own))[0]),
    context,
    (some) => typeof agreeOn(feed, some, quorum) === 'bigint',
    patience,
  );
  return { rate: agreeOn(feed, outcomes, quorum), point, outcomes };
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

function agreeOn(
  { contract }: Feed,
  outcomes: readonly SourceOutcome<bigint>[],
  quorum: number,
): bigint | AssayError {
  return agreeOnFigure(outcomes, quorum, (rate) => rate, `rates of ${contract}`).amount;
}
