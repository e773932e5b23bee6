import type { DiscoveryEntry } from '../registry/discoveryEntry.ts';
import type { DiscoveryOutcome, PublishedAddress } from './discovery.ts';

/**
 * What one side, the issuer or the chain, says about an address: `listed` as custody, `former` where
 * it was replaced, `other` as somebody else's, `absent` where every place was read to the end and none
 * names it, `unknown` where one was not, `not-asked` where the asset has no place on that side.
 */
export type SideState = 'listed' | 'former' | 'other' | 'absent' | 'unknown' | 'not-asked';

/** How far one side could be read. */
export interface Side {
  readonly asked: boolean;
  /** Every place of the side was read, to the end. */
  readonly complete: boolean;
  /** A place of the side means to list all custody: then it says something not to be in it. */
  readonly listsAll: boolean;
}

/** Contracts that know deposit addresses alone: custody may well lie elsewhere. */
const depositsOnly: ReadonlySet<DiscoveryEntry['kind']> = new Set<DiscoveryEntry['kind']>([
  'wbtc-events',
  'fbtc-events',
]);

export function summariseSide(
  outcomes: readonly DiscoveryOutcome[],
  side: 'issuer' | 'chain',
): Side {
  const own = outcomes.filter((outcome) => outcome.side === side);
  return {
    asked: own.length > 0,
    complete: own.every((one) => 'reading' in one && one.reading.complete),
    listsAll: own.some(({ place }) => !depositsOnly.has(place.kind)),
  };
}

/** What a side says about an address, by what its places claim of it. */
export function stateAt(
  side: Side,
  claims: readonly Pick<PublishedAddress, 'role' | 'current'>[],
): SideState {
  if (!side.asked) return 'not-asked';
  const custody = claims.filter(({ role }) => role === 'custody');
  if (custody.some(({ current }) => current)) return 'listed';
  if (custody.length > 0) return 'former';
  if (claims.length > 0) return 'other';
  return side.complete ? 'absent' : 'unknown';
}
