import { AssayError } from '../../src/core/assayError.ts';
import { ChainId } from '../../src/core/caip.ts';
import { Sats } from '../../src/core/sats.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { DiscoveryReading, PublishedAddress } from '../../src/discovery/discovery.ts';
import type { PlaceOutcome } from '../../src/discovery/readPlaces.ts';
import type { Asset, Registry } from '../../src/registry/asset.ts';
import { decodeAddress } from '../../src/registry/decodeAddress.ts';
import type { DiscoveryEntry } from '../../src/registry/discoveryEntry.ts';
import { pointAt } from './scriptedSources.ts';

/** 22 November 2026. */
export const readAt = UnixTime(1_795_348_800);

export const feedPlace: DiscoveryEntry = {
  kind: 'cbbtc-json',
  url: 'https://issuer.example/proof-of-reserves.json',
  provenance: ['issuer'],
};
/** A contract that means to list all custody. */
export const listPlace: DiscoveryEntry = {
  kind: 'por-address-list',
  contract: 'eip155:1:0x52908400098527886E0F7030069857D2E4169EE7',
  provenance: ['issuer'],
};
/** A contract that knows deposit addresses alone. */
export const depositPlace: DiscoveryEntry = {
  kind: 'fbtc-events',
  contract: 'eip155:1:0x52908400098527886E0F7030069857D2E4169EE7',
  provenance: ['issuer'],
};

/** An address as a place publishes it: custody, current, without an amount unless told. */
export function publish(
  address: string,
  changes: Partial<Omit<PublishedAddress, 'claimedSats'>> & { readonly claims?: bigint } = {},
): PublishedAddress {
  const { claims, ...rest } = changes;
  const { script, scriptType } = decodeAddress(address);
  const claimedSats = claims === undefined ? null : Sats(claims);
  const said = { role: 'custody', purpose: 'reserve address', current: true } as const;
  return { address, script, scriptType, ...said, claimedSats, ...rest };
}

export function readingOf(
  place: DiscoveryEntry,
  addresses: readonly PublishedAddress[],
  complete = true,
): DiscoveryReading {
  const onChain = 'contract' in place;
  return {
    place,
    side: onChain ? 'chain' : 'issuer',
    source: onChain
      ? { id: 'http://node.example', operator: 'node.example', kind: 'evm' }
      : { id: 'https://issuer.example', operator: 'issuer.example', kind: 'feed' },
    readAt,
    point: onChain ? pointAt(ChainId('eip155:1'), 20_000_000, readAt) : null,
    publishedAt: null,
    addresses,
    notes: [],
    complete,
  };
}

/** What came of a place that answered with these addresses. */
export function answered(
  place: DiscoveryEntry,
  addresses: readonly PublishedAddress[],
  complete = true,
): PlaceOutcome {
  const reading = readingOf(place, addresses, complete);
  return { place, side: reading.side, reading, failed: [] };
}

/** What came of a place that could not be read. */
export function unread(place: DiscoveryEntry): PlaceOutcome {
  const side = 'contract' in place ? 'chain' : 'issuer';
  return { place, side, error: new AssayError('SOURCE_UNREACHABLE'), failed: [] };
}

/** @throws Error where the registry has no such asset */
export function assetOf(registry: Registry, id: string): Asset {
  const asset = registry.assets.get(id);
  if (!asset) throw new Error(`no asset ${id}`);
  return asset;
}
