import { formatTime } from '../core/unixTime.ts';
import type { Provenance } from '../registry/asset.ts';
import { printableText } from '../registry/printableText.ts';
import type { ProvenanceSource } from '../registry/provenanceSource.ts';
import type { DiscoveryReading } from './discovery.ts';

/** What is known of a place besides its reading. */
export interface PlaceFacts {
  readonly issuer: string;
  /** The feed was read at the URL that the registry names, not at one given by hand. */
  readonly atOwnUrl: boolean;
  /** Who says that the place is what it is, by the asset's file. */
  readonly provenance: readonly Pick<Provenance, 'kind'>[];
}

/**
 * A reading as `sources` of reserves.json writes it. A feed at the URL of the registry is the issuer's
 * own word, since its host vouches for it. A contract is so only where the issuer itself named it;
 * a list that a third party keeps, or a URL given by hand, is `claimed`.
 */
export function describeSource(reading: DiscoveryReading, facts: PlaceFacts): ProvenanceSource {
  const published = isIssuersWord(reading, facts);
  return {
    kind: published ? 'published' : 'claimed',
    by: printableText(published ? facts.issuer : authorOf(reading), 200),
    source: printableText(locate(reading, facts), 500),
    date: formatTime(reading.readAt).slice(0, 10),
    note: printableText(remark(reading, published), 1000),
  };
}

function isIssuersWord({ place }: DiscoveryReading, facts: PlaceFacts): boolean {
  if (!('contract' in place)) return facts.atOwnUrl;
  if (place.kind === 'por-address-list') return false;
  return facts.provenance.some(({ kind }) => kind === 'published');
}

function authorOf({ place, source }: DiscoveryReading): string {
  return 'contract' in place ? `the keeper of ${place.contract}` : source.operator;
}

function locate({ place, source, point }: DiscoveryReading, { atOwnUrl }: PlaceFacts): string {
  if (!('contract' in place)) return atOwnUrl && place.url ? place.url : source.id;
  const block = point === null ? '' : ` at block ${point.height} (${point.hash})`;
  return `${place.contract}${block}, read from ${source.operator}`;
}

function remark({ place, publishedAt }: DiscoveryReading, published: boolean): string {
  const read = `Read by assay registry discover as ${place.kind}.`;
  const made =
    publishedAt === null ? '' : ` The list gives ${formatTime(publishedAt)} as its time.`;
  const doubt = published
    ? " Confirm that the place is the issuer's own."
    : " Nobody has shown that the place is the issuer's own.";
  return read + made + doubt;
}
