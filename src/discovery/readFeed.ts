import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { UnixTime } from '../core/unixTime.ts';
import { type Clock, systemClock } from '../http/clock.ts';
import type { DiscoveryEntry } from '../registry/discoveryEntry.ts';
import { readCbbtcJson } from './cbbtcJson.ts';
import { collectAddresses } from './collectAddresses.ts';
import type { DiscoveryReading } from './discovery.ts';
import { feedUrlMissing, listEmpty } from './errors.ts';
import { createFeedClient, type FeedClient } from './feedClient.ts';
import type { FeedList } from './feedList.ts';
import { lombardParameters, readLombardAddresses } from './lombardAddresses.ts';
import { okxParameters, readOkxAsset } from './okxAsset.ts';
import { readWbtcAddresses, wbtcParameters } from './wbtcAddresses.ts';

/** A place that is a feed which the issuer serves over HTTP. */
export type FeedPlace = Extract<
  DiscoveryEntry,
  { kind: 'wbtc-addresses' | 'cbbtc-json' | 'okx-asset' | 'lombard-addresses' }
>;

export interface FeedOptions {
  /** Where to read, instead of the place's own URL; okx-asset has none of its own. */
  readonly url?: string;
  /** On which the addresses have to be. */
  readonly network: BitcoinNetwork;
  readonly now: () => UnixTime;
  readonly signal?: AbortSignal;
  /** For one request; default 20 s. */
  readonly timeoutMs?: number;
  /** For the waiting between requests; default the machine's own. */
  readonly clock?: Clock;
}

const defaultTimeoutMs = 20_000;

/** Of each kind: the parameters of a query that are ours to set. */
const parametersOf: Readonly<Record<FeedPlace['kind'], readonly string[]>> = {
  'wbtc-addresses': wbtcParameters,
  'cbbtc-json': [],
  'okx-asset': okxParameters,
  'lombard-addresses': lombardParameters,
};

/**
 * What an issuer's feed says about its custody addresses. All of it is the issuer's word: amounts are
 * claims, entries that are no address are told in notes, and nothing is mended or left out in silence.
 *
 * @throws AssayError DISCOVERY_URL_MISSING; SOURCE_URL_INVALID; SOURCE_* as the server fails or does
 * not keep to its interface; DISCOVERY_LIST_EMPTY; DISCOVERY_LIST_TOO_LONG; DISCOVERY_LIST_CHANGED
 */
export async function readFeed(place: FeedPlace, options: FeedOptions): Promise<DiscoveryReading> {
  const { kind } = place;
  const url = options.url ?? place.url;
  if (url === undefined) throw feedUrlMissing(kind);
  const client = createFeedClient(url, {
    kind,
    parameters: parametersOf[kind],
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    clock: options.clock ?? systemClock,
    signal: options.signal,
  });
  try {
    const list = await readList(place, client);
    if (list.entries.length === 0) throw listEmpty(client.source);
    const { addresses, notes, complete } = collectAddresses(list.entries, options.network);
    return {
      place,
      side: 'issuer',
      source: client.source,
      readAt: options.now(),
      point: null,
      publishedAt: list.publishedAt,
      addresses,
      notes: [...notes, ...list.notes],
      complete: complete && list.complete,
    };
  } finally {
    await client.close();
  }
}

function readList(place: FeedPlace, client: FeedClient): Promise<FeedList> {
  switch (place.kind) {
    case 'wbtc-addresses':
      return readWbtcAddresses(client);
    case 'cbbtc-json':
      return readCbbtcJson(client);
    case 'okx-asset':
      return readOkxAsset(client, place.mintedCoinName);
    case 'lombard-addresses':
      return readLombardAddresses(client);
  }
}
