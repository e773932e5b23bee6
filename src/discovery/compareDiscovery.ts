import type { Sats } from '../core/sats.ts';
import type { Asset, Registry, ScriptType } from '../registry/asset.ts';
import { sharesPool } from '../registry/auditSubject.ts';
import type { DiscoveryOutcome, PublishedAddress } from './discovery.ts';
import { type DiscoveryFinding, judgeAddress } from './judgeAddress.ts';
import { type Side, type SideState, stateAt, summariseSide } from './side.ts';

/** What one place says about one address. */
export interface PlaceClaim
  extends Omit<PublishedAddress, 'address' | 'script' | 'scriptType' | 'claimedSats'> {
  /** Position of the place among the outcomes. */
  readonly place: number;
  readonly side: 'issuer' | 'chain';
  /** As the publisher says; a claim, never counted. */
  readonly claimedSats: Sats | null;
}

/** What registry, issuer and chain say about one address. */
export interface DiscoveryRow {
  readonly address: string;
  /** scriptPubKey in lower-case hex. */
  readonly script: string;
  readonly scriptType: ScriptType;
  /** `closed`: its `until` is past. */
  readonly registry: 'listed' | 'closed' | 'absent';
  /** The assets of the pool, or the asset alone, that list it. */
  readonly listedIn: readonly string[];
  readonly issuer: SideState;
  readonly chain: SideState;
  /** In the order of the outcomes. */
  readonly claims: readonly PlaceClaim[];
  /** Each amount that is claimed to lie there, once; none where nobody says. Never added up. */
  readonly claimedSats: readonly Sats[];
  /** What lies there by the chain itself; null where that was not read. */
  readonly heldSats: Sats | null;
  /** Other assets of the registry that list the script and share no pool: one coin counted twice. */
  readonly listedUnder: readonly string[];
  readonly finding: DiscoveryFinding;
}

export interface DiscoveryComparison {
  /** Every address that anybody names, in the order of their texts. */
  readonly rows: readonly DiscoveryRow[];
  readonly counts: Readonly<Record<DiscoveryFinding, number>>;
  /** Whether every place was read, to the end. */
  readonly complete: boolean;
}

export interface ComparisonInput {
  readonly registry: Registry;
  readonly asset: Asset;
  readonly outcomes: readonly DiscoveryOutcome[];
  /** The day to which `until` is held: YYYY-MM-DD. */
  readonly asOf: string;
  /** Satoshis by script, of the addresses that were looked up. */
  readonly held?: ReadonlyMap<string, Sats>;
}

interface Known {
  readonly address: string;
  readonly scriptType: ScriptType;
  readonly listedIn: string[];
  readonly claims: PlaceClaim[];
  open: boolean;
}

/**
 * The three-way difference: the custody addresses of an asset as the registry has them, as the issuer
 * publishes them and as contracts list them. Assets on one shared pool are compared as one. What a
 * place that failed does not mention stays unknown.
 */
export function compareDiscovery(input: ComparisonInput): DiscoveryComparison {
  const { registry, asset, outcomes, held } = input;
  const known = collectKnown(input);
  const strangers = listStrangers(registry, asset);
  const sides = {
    issuer: summariseSide(outcomes, 'issuer'),
    chain: summariseSide(outcomes, 'chain'),
  };
  const rows = [...known]
    .map(([script, one]): DiscoveryRow => {
      const { address, scriptType, listedIn, claims } = one;
      const row = {
        address,
        script,
        scriptType,
        registry: registryState(one),
        listedIn,
        ...statesOf(claims, sides),
        claims,
        claimedSats: distinctClaims(claims),
        heldSats: held?.get(script) ?? null,
        listedUnder: strangers.get(script) ?? [],
      };
      return { ...row, finding: judgeAddress(row, sides) };
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const complete = outcomes.every((one) => 'reading' in one && one.reading.complete);
  return { rows, counts: countFindings(rows), complete };
}

/** Everything that the registry or a place names, by script. */
function collectKnown({ registry, asset, outcomes, asOf }: ComparisonInput): Map<string, Known> {
  const known = new Map<string, Known>();
  const take = (one: Pick<PublishedAddress, 'address' | 'script' | 'scriptType'>): Known => {
    const { address, script, scriptType } = one;
    const found = known.get(script);
    if (found) return found;
    const created: Known = { address, scriptType, listedIn: [], claims: [], open: false };
    known.set(script, created);
    return created;
  };
  for (const member of registry.assets.values()) {
    if (!sharesPool(member, asset)) continue;
    for (const custody of member.custody) {
      const entry = take(custody);
      entry.listedIn.push(member.id);
      entry.open ||= custody.until === undefined || custody.until >= asOf;
    }
  }
  outcomes.forEach((outcome, place) => {
    if (!('reading' in outcome)) return;
    for (const { address, script, scriptType, ...claim } of outcome.reading.addresses) {
      take({ address, script, scriptType }).claims.push({ place, side: outcome.side, ...claim });
    }
  });
  return known;
}

/** The ids of the assets of the same network that share no pool with this one, by script. */
function listStrangers(registry: Registry, asset: Asset): ReadonlyMap<string, readonly string[]> {
  const strangers = new Map<string, string[]>();
  for (const other of registry.assets.values()) {
    if (sharesPool(other, asset) || other.network.chain !== asset.network.chain) continue;
    for (const { script } of other.custody) {
      const ids = strangers.get(script);
      if (ids) ids.push(other.id);
      else strangers.set(script, [other.id]);
    }
  }
  return strangers;
}

function registryState({ listedIn, open }: Known): DiscoveryRow['registry'] {
  if (listedIn.length === 0) return 'absent';
  return open ? 'listed' : 'closed';
}

function statesOf(
  claims: readonly PlaceClaim[],
  sides: Readonly<Record<'issuer' | 'chain', Side>>,
): Pick<DiscoveryRow, 'issuer' | 'chain'> {
  const at = (side: 'issuer' | 'chain') =>
    stateAt(
      sides[side],
      claims.filter((claim) => claim.side === side),
    );
  return { issuer: at('issuer'), chain: at('chain') };
}

function distinctClaims(claims: readonly PlaceClaim[]): readonly Sats[] {
  const amounts = claims.flatMap(({ role, claimedSats }) =>
    role === 'custody' && claimedSats !== null ? [claimedSats] : [],
  );
  return [...new Set(amounts)];
}

function countFindings(rows: readonly DiscoveryRow[]): Record<DiscoveryFinding, number> {
  const counts = { ...noFindings };
  for (const { finding } of rows) counts[finding] += 1;
  return counts;
}

const noFindings: Readonly<Record<DiscoveryFinding, number>> = {
  'double-claim': 0,
  'other-use': 0,
  new: 0,
  reopened: 0,
  former: 0,
  unconfirmed: 0,
  unknown: 0,
  'not-custody': 0,
  agreed: 0,
};
