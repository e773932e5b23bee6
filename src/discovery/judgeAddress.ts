import type { PublishedAddress } from './discovery.ts';
import type { Side, SideState } from './side.ts';

/**
 * What the comparison of an address comes to, the gravest first:
 * - `double-claim`: published as custody, and the registry lists it for an asset of another pool
 * - `other-use`: listed in the registry, and a place names it as somebody else's
 * - `new`: published as custody, not in the registry
 * - `reopened`: closed in the registry, published as current
 * - `former`: published, but only as replaced, and the registry does not have it closed
 * - `unconfirmed`: listed in the registry, and a side that was read to the end does not name it
 * - `unknown`: nobody confirms it, and a place that could was not read, or not to the end
 * - `not-custody`: published as somebody else's, and not in the registry: no difference
 * - `agreed`: no difference
 */
export const discoveryFindings = [
  'double-claim',
  'other-use',
  'new',
  'reopened',
  'former',
  'unconfirmed',
  'unknown',
  'not-custody',
  'agreed',
] as const;

export type DiscoveryFinding = (typeof discoveryFindings)[number];

const harmless: ReadonlySet<DiscoveryFinding> = new Set<DiscoveryFinding>([
  'unknown',
  'not-custody',
  'agreed',
]);

/** Whether somebody should act on it: neither agreed nor merely unknown. */
export function isDifference(finding: DiscoveryFinding): boolean {
  return !harmless.has(finding);
}

/** What is known of an address when it is judged. */
export interface Evidence {
  readonly registry: 'listed' | 'closed' | 'absent';
  readonly issuer: SideState;
  readonly chain: SideState;
  readonly claims: readonly Pick<PublishedAddress, 'role'>[];
  readonly listedUnder: readonly string[];
}

/** What the comparison of one address comes to; see `discoveryFindings`. */
export function judgeAddress(
  evidence: Evidence,
  sides: Readonly<Record<'issuer' | 'chain', Side>>,
): DiscoveryFinding {
  const { registry, issuer, chain, claims, listedUnder } = evidence;
  const states = [issuer, chain];
  const listed = states.includes('listed');
  if (listedUnder.length > 0 && claims.some(({ role }) => role === 'custody')) {
    return 'double-claim';
  }
  switch (registry) {
    case 'absent':
      if (listed) return 'new';
      return states.includes('former') ? 'former' : 'not-custody';
    case 'closed':
      if (listed) return 'reopened';
      return states.includes('unknown') ? 'unknown' : 'agreed';
    case 'listed':
      if (claims.some(({ role }) => role === 'other')) return 'other-use';
      return judgeListed(states, [sides.issuer.listsAll, sides.chain.listsAll]);
  }
}

/** A side that lists deposit addresses alone contradicts nobody who lists more. */
function judgeListed(states: readonly SideState[], listsAll: readonly boolean[]): DiscoveryFinding {
  const listed = states.includes('listed');
  const unknown = states.includes('unknown');
  const says = (what: SideState, alone: boolean) =>
    states.some((state, index) => state === what && (listsAll[index] === true || alone));
  if (says('former', !listed)) return 'former';
  if (says('absent', !listed && !unknown)) return 'unconfirmed';
  return listed ? 'agreed' : 'unknown';
}
