import type { Verdict } from './reconciliation.ts';

/** What a verdict follows from, and nothing else does. */
export interface VerdictInput {
  /** In the unit of `supply`; null where not known. Without `complete.reserves` a lower bound. */
  readonly reserves: bigint | null;
  readonly supply: bigint | null;
  /** Where `supply` is not known: it is not more, of all that there is. Null where no limit is known. */
  readonly supplyAtMost: bigint | null;
  /** Whether a figure covers all of its side. */
  readonly complete: { readonly reserves: boolean; readonly supply: boolean };
  /** The largest distance between the two sides' block times; null where a point is missing. */
  readonly skewSeconds: number | null;
  readonly maxSkewSeconds: number;
  /** How long before the observation the audited Bitcoin block was made; null where unknown. */
  readonly ageSeconds: number | null;
  /** Null where a moment in the past was asked for. */
  readonly maxAgeSeconds: number | null;
  /** Whether something that had to be read could not be. */
  readonly faulty: boolean;
}

/**
 * The verdict on two figures. Whatever is not known, or not of one moment, makes it `indeterminate`.
 * Reserves that are only a lower bound, and a supply of which only an upper bound is known, can still
 * show `backed`, never `under-backed`. Verification decides again with the same function.
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const { reserves, complete, skewSeconds } = input;
  const owed = owedAtMost(input);
  if (input.faulty || reserves === null || owed === null) return 'indeterminate';
  if (skewSeconds === null || Math.abs(skewSeconds) > input.maxSkewSeconds) return 'indeterminate';
  if (isStale(input)) return 'indeterminate';
  if (reserves >= owed) return 'backed';
  return complete.reserves && complete.supply ? 'under-backed' : 'indeterminate';
}

/** The supply where it is known whole, else its upper bound; null where there is neither. */
export function owedAtMost({ supply, supplyAtMost, complete }: VerdictInput): bigint | null {
  if (supply === null) return supplyAtMost;
  return complete.supply ? supply : null;
}

/**
 * Whether the audited block is older than the policy allows: a source that stopped following the
 * chain would else show the past as if it were now.
 */
export function isStale({ ageSeconds, maxAgeSeconds }: VerdictInput): boolean {
  return maxAgeSeconds !== null && (ageSeconds === null || ageSeconds > maxAgeSeconds);
}

/**
 * Whether surplus and ratio mean anything: both figures are known, or limited so that what is missing
 * could only make the difference larger.
 */
export function isComparable(input: VerdictInput): boolean {
  const { reserves, complete } = input;
  const owed = owedAtMost(input);
  if (reserves === null || owed === null) return false;
  return (complete.reserves && complete.supply) || reserves >= owed;
}
