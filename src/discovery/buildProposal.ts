import { formatTime, type UnixTime } from '../core/unixTime.ts';
import type { Asset, Registry } from '../registry/asset.ts';
import { printableText } from '../registry/printableText.ts';
import type { ProvenanceSource } from '../registry/provenanceSource.ts';
import type { CustodyEntry } from '../registry/reservesFile.ts';
import { askAbout } from './askAbout.ts';
import type { DiscoveryComparison, DiscoveryRow, PlaceClaim } from './compareDiscovery.ts';
import type { DiscoveryOutcome } from './discovery.ts';
import { isDifference } from './judgeAddress.ts';
import { Proposal } from './proposal.ts';

export interface ProposalContext {
  readonly registry: Registry;
  readonly asset: Asset;
  readonly outcomes: readonly DiscoveryOutcome[];
  /** Per outcome, as reserves.json is to name it: see `describeSource`; null where nothing was read. */
  readonly sources: readonly (ProvenanceSource | null)[];
  /** Keys that the file has already. */
  readonly takenKeys: Iterable<string>;
  /** The moment of the Bitcoin block of the holdings; null where they were not read. */
  readonly heldAt: UnixTime | null;
  readonly madeAt: UnixTime;
}

/** An entry of the registry names at most so many sources. */
const maxSources = 20;

/**
 * What to change in reserves.json, for a person to look at. Only what is published as custody and is
 * claimed by nobody else is proposed, and an entry is closed only where every place was read and the
 * address is known to hold nothing; all else is a question.
 */
export function buildProposal({ rows }: DiscoveryComparison, context: ProposalContext): Proposal {
  const { registry, asset, outcomes, madeAt } = context;
  const keys = chooseKeys(outcomes, context.sources, context.takenKeys);
  const differing = rows.filter(({ finding }) => isDifference(finding));
  const add = differing.filter(mayAdd);
  const closing = new Map(
    differing.flatMap((row) => {
      const until = closingDay(row, context);
      return until === null ? [] : [[row.address, until] as const];
    }),
  );
  const settled = new Set([...add.map(({ address }) => address), ...closing.keys()]);
  const named = new Set(add.flatMap((row) => placesOf(row).map(({ place }) => place)));
  return Proposal.parse({
    schema: 'assay.proposal/1',
    asset: asset.id,
    registryDigest: registry.digest,
    madeAt: formatTime(madeAt),
    sources: Object.fromEntries(
      keys.flatMap((key, place) =>
        key !== null && named.has(place) ? [[key, context.sources[place]]] : [],
      ),
    ),
    add: add.map((row) => createEntry(row, asset, keys)),
    close: [...closing].map(([address, until]) => ({
      address,
      until,
      reason: 'No place publishes it as current, every place was read, and it holds nothing.',
    })),
    questions: differing
      .filter(({ address }) => !settled.has(address))
      .map((row) => ({
        address: row.address,
        finding: row.finding,
        text: printableText(askAbout(row), 2000),
      })),
  });
}

function mayAdd({ finding, claims }: DiscoveryRow): boolean {
  return (
    finding === 'new' &&
    claims.every(({ role, signature }) => role === 'custody' && signature?.result !== 'invalid')
  );
}

/** The claims that an entry rests on. */
function placesOf({ claims }: DiscoveryRow): readonly PlaceClaim[] {
  return claims.filter(({ role, current }) => role === 'custody' && current).slice(0, maxSources);
}

function createEntry(
  row: DiscoveryRow,
  asset: Asset,
  keys: readonly (string | null)[],
): CustodyEntry {
  const claims = placesOf(row);
  const purposes = [...new Set(claims.map(({ purpose }) => printableText(purpose, 200)))].join(
    '; ',
  );
  return {
    address: row.address,
    custodian: asset.issuer,
    provenance: claims.flatMap(({ place }) => keys[place] ?? []),
    note: printableText(
      `Published as: ${purposes}. The custodian is assumed to be the issuer; confirm it.`,
      1000,
    ),
  };
}

/**
 * The last day of an entry that may be closed: that of the block at which it holds nothing. Null where
 * a place is unknown, coins may lie there, or the entry is another asset's of the pool.
 */
function closingDay(row: DiscoveryRow, { asset, heldAt }: ProposalContext): string | null {
  const { finding, registry, heldSats, listedIn, script } = row;
  if (finding !== 'unconfirmed' && finding !== 'former') return null;
  if (registry !== 'listed' || heldAt === null || heldSats !== 0n) return null;
  const states = [row.issuer, row.chain];
  if (states.includes('listed') || states.includes('unknown')) return null;
  if (row.claims.some(({ role }) => role === 'other')) return null;
  if (listedIn.length !== 1 || listedIn[0] !== asset.id) return null;
  const until = formatTime(heldAt).slice(0, 10);
  const entry = asset.custody.find((one) => one.script === script);
  return entry?.since !== undefined && entry.since > until ? null : until;
}

/** A key for each source that the file does not have yet, such as `cbbtc-json-2026-11-22`. */
function chooseKeys(
  outcomes: readonly DiscoveryOutcome[],
  sources: readonly (ProvenanceSource | null)[],
  takenKeys: Iterable<string>,
): readonly (string | null)[] {
  const taken = new Set(takenKeys);
  return outcomes.map(({ place }, index) => {
    const source = sources[index];
    if (!source) return null;
    const base = `${place.kind}-${source.date}`;
    let key = base;
    for (let number = 2; taken.has(key); number += 1) key = `${base}-${number}`;
    taken.add(key);
    return key;
  });
}
