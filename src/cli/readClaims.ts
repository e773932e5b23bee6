import type { Claim, ReadClaims } from '../audit/claim.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';
import type { UnixTime } from '../core/unixTime.ts';
import { type FeedPlace, readFeed } from '../discovery/readFeed.ts';
import { sumClaims } from '../discovery/sumClaims.ts';
import type { Feed } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';

const satsDecimals = 8;

/** Feeds that say what they hold; the others name addresses alone. */
const kindsWithAmounts: readonly string[] = ['wbtc-addresses', 'cbbtc-json'];

/**
 * Makes a reader of claims: on-chain feeds of reserves at the blocks of the audit, each by the first
 * source of its chain that answers, and what issuers publish as the sum of their addresses.
 */
export function createClaimsReader(
  sources: readonly AnySupplySource[],
  clock: () => UnixTime,
): ReadClaims {
  return async (subject, points, context) => {
    const feeds = (subject.feeds ?? []).filter(({ kind }) => kind === 'chainlink-por');
    const places = (subject.discovery ?? []).filter(isFeedWithAmounts);
    const claims = await Promise.all([
      ...feeds.map((feed) => readOnChain(feed, sources, points, context)),
      ...places.map((place) => readPublished(place, subject, clock, context)),
    ]);
    return claims;
  };
}

function isFeedWithAmounts(place: { readonly kind: string }): place is FeedPlace {
  return kindsWithAmounts.includes(place.kind);
}

async function readOnChain(
  feed: Feed,
  sources: readonly AnySupplySource[],
  points: readonly ChainPoint[],
  context: ReadContext,
): Promise<Claim> {
  const { name, decimals } = feed;
  const base = { kind: 'chainlink-por', name, side: 'reserves', decimals } as const;
  const point = points.find(({ chain }) => feed.contract.startsWith(`${chain}:`));
  let error = new AssayError('SOURCE_MISSING', {
    message: `no block of the chain of ${feed.contract} was read`,
  });
  for (const source of sources) {
    if (!point || source.chain !== point.chain || isLatest(source) || !source.claims) continue;
    try {
      const [claim] = await source.claims.readFeedClaims([feed], point, context);
      if (claim?.valid) {
        return { ...base, amount: claim.value, publishedAt: claim.updatedAt, stale: claim.stale };
      }
      error = new AssayError('SOURCE_RESPONSE_INVALID', { message: claim?.message ?? 'no claim' });
    } catch (thrown) {
      error = toAssayError(thrown);
    }
  }
  return { ...base, error };
}

async function readPublished(
  place: FeedPlace,
  { network }: AuditSubject,
  now: () => UnixTime,
  { signal }: ReadContext,
): Promise<Claim> {
  const base = {
    kind: 'issuer-feed',
    name: place.kind,
    side: 'reserves',
    decimals: satsDecimals,
  } as const;
  try {
    const reading = await readFeed(place, { network, now, ...(signal && { signal }) });
    const { sats, unstated } = sumClaims(reading.addresses);
    if (unstated > 0 || !reading.complete) {
      const message = `the feed does not say what ${unstated} of its addresses hold`;
      return { ...base, error: new AssayError('DISCOVERY_CLAIM_INVALID', { message }) };
    }
    return { ...base, amount: sats, publishedAt: reading.publishedAt, stale: null };
  } catch (thrown) {
    return { ...base, error: toAssayError(thrown) };
  }
}
