import { AssayError } from '../../core/assayError.ts';
import type { Fault } from '../../core/source.ts';
import { sumClaims } from '../../discovery/sumClaims.ts';
import { printableText } from '../../registry/printableText.ts';
import type { Discovery } from '../discoverAddresses.ts';

/** A discovery as `--json` prints it: amounts as decimal strings in satoshis, times in seconds. */
export function describeDiscovery(discovery: Discovery): unknown {
  const { asset, registry, readAt, outcomes, comparison, holdings, proposal } = discovery;
  return {
    schema: 'assay.discovery/1',
    asset: asset.id,
    pool: asset.pool ?? null,
    registryDigest: registry.digest,
    readAt,
    complete: comparison.complete,
    counts: comparison.counts,
    outcomes: outcomes.map(({ place, side, failed, ...outcome }) => ({
      place,
      side,
      ...('reading' in outcome
        ? { reading: describeReading(outcome.reading) }
        : { error: describeError(outcome.error) }),
      failed: failed.map(({ source, error }) => ({ source, error: describeError(error) })),
    })),
    holdings: describeHoldings(holdings),
    rows: comparison.rows.map((row) => ({
      ...row,
      claims: row.claims.map((claim) => ({
        ...claim,
        claimedSats: claim.claimedSats?.toString() ?? null,
      })),
      claimedSats: row.claimedSats.map(String),
      heldSats: row.heldSats?.toString() ?? null,
    })),
    proposal,
  };
}

/** Its addresses stand in the rows. */
function describeReading(
  reading: Extract<Discovery['outcomes'][number], { reading: unknown }>['reading'],
) {
  const { source, readAt, point, publishedAt, addresses, notes, complete } = reading;
  const { sats, unstated } = sumClaims(addresses);
  return {
    source,
    readAt,
    publishedAt,
    point,
    complete,
    entries: addresses.length,
    claimed: { sats: sats.toString(), unstated },
    notes,
  };
}

function describeHoldings(holdings: Discovery['holdings']) {
  if (holdings === null) return null;
  if (holdings instanceof AssayError) return { error: describeError(holdings) };
  return { point: holdings.point };
}

function describeError({ code, message }: AssayError): Fault {
  return { code, message: printableText(message, 1000) };
}
