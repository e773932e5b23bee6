import type { UnixTime } from '../core/unixTime.ts';
import type { RawEntry } from './collectAddresses.ts';
import type { DiscoveryNote } from './discovery.ts';

/** What an issuer's feed lists, before its addresses are decoded. */
export interface FeedList {
  readonly entries: readonly RawEntry[];
  readonly notes: readonly DiscoveryNote[];
  /** False where something listed was not understood. */
  readonly complete: boolean;
  /** When the issuer says the list was made; null where it does not say, or not in words we know. */
  readonly publishedAt: UnixTime | null;
}
