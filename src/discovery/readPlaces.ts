import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainId } from '../core/caip.ts';
import type { SourceRef } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { DiscoveryEntry } from '../registry/discoveryEntry.ts';
import { contractIdParts, parseContract } from '../registry/parseContract.ts';
import type { RpcOption } from '../supply/parseRpcOption.ts';
import type { DiscoveryOutcome, DiscoveryReading } from './discovery.ts';
import type { ContractOptions, ContractPlace } from './readContract.ts';
import type { FeedOptions, FeedPlace } from './readFeed.ts';

/** What reads one place: `readFeed` and `readContract`. */
export interface PlaceReaders {
  readonly readFeed: (place: FeedPlace, options: FeedOptions) => Promise<DiscoveryReading>;
  readonly readContract: (
    place: ContractPlace,
    options: ContractOptions,
  ) => Promise<DiscoveryReading>;
}

export interface PlacesOptions {
  readonly network: BitcoinNetwork;
  readonly now: () => UnixTime;
  readonly signal: AbortSignal;
  /** URLs to read in place of those of the registry, by the kind of the feed. */
  readonly urls: ReadonlyMap<DiscoveryEntry['kind'], string>;
  /** The servers of a chain, in the order in which they are tried. */
  readonly rpcsOf: (chain: ChainId) => readonly RpcOption[];
}

/** What came of one place, with the servers that failed before one answered, or none did. */
export type PlaceOutcome = DiscoveryOutcome & {
  readonly failed: readonly { readonly source: SourceRef; readonly error: AssayError }[];
};

/** Reads all places at the same time; what one ends in stops no other. */
export async function readPlaces(
  places: readonly DiscoveryEntry[],
  options: PlacesOptions,
  readers: PlaceReaders,
): Promise<readonly PlaceOutcome[]> {
  return Promise.all(
    places.map((place) =>
      'contract' in place
        ? readThroughAny(place, options, readers)
        : readOneFeed(place, options, readers),
    ),
  );
}

async function readOneFeed(
  place: FeedPlace,
  { network, now, signal, urls }: PlacesOptions,
  { readFeed }: PlaceReaders,
): Promise<PlaceOutcome> {
  const url = urls.get(place.kind);
  try {
    const options = { network, now, signal, ...(url !== undefined && { url }) };
    return { place, side: 'issuer', reading: await readFeed(place, options), failed: [] };
  } catch (thrown) {
    return { place, side: 'issuer', error: toAssayError(thrown), failed: [] };
  }
}

/** One server after the other, until one answers. */
async function readThroughAny(
  place: ContractPlace,
  { network, now, signal, rpcsOf }: PlacesOptions,
  { readContract }: PlaceReaders,
): Promise<PlaceOutcome> {
  const failed: PlaceOutcome['failed'][number][] = [];
  const { chain } = contractIdParts(parseContract(place.contract));
  for (const rpc of rpcsOf(chain)) {
    try {
      const reading = await readContract(place, { rpc, network, now, signal });
      return { place, side: 'chain', reading, failed };
    } catch (thrown) {
      failed.push({ source: rpc.source, error: toAssayError(thrown) });
      if (signal.aborted) break;
    }
  }
  const error =
    failed.at(-1)?.error ??
    new AssayError('SOURCE_MISSING', {
      message: `there is no server to read ${place.contract} from`,
      fix: `Name one with --rpc ${chain}=URL.`,
    });
  return { place, side: 'chain', error, failed };
}
