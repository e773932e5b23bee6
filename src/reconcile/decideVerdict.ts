import type { Verdict } from './reconciliation.ts';

/** What a verdict follows from, and nothing else does. */
export interface VerdictInput {
  /** In the unit of `supply`; null where not known. Without `complete.reserves` a lower bound. */
  readonly reserves: bigint | null;
  readonly supply: bigint | null;
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
 * Reserves that are only a lower bound can still show `backed`, never `under-backed`. Verification
 * decides again with the same function.
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const { reserves, supply, complete, skewSeconds } = input;
  if (input.faulty || reserves === null || supply === null || !complete.supply) {
    return 'indeterminate';
  }
  if (skewSeconds === null || Math.abs(skewSeconds) > input.maxSkewSeconds) return 'indeterminate';
  if (isStale(input)) return 'indeterminate';
  if (reserves >= supply) return 'backed';
  return complete.reserves ? 'under-backed' : 'indeterminate';
}

/**
 * Whether the audited block is older than the policy allows: a source that stopped following the
 * chain would else show the past as if it were now.
 */
export function isStale({ ageSeconds, maxAgeSeconds }: VerdictInput): boolean {
  return maxAgeSeconds !== null && (ageSeconds === null || ageSeconds > maxAgeSeconds);
}

/**
 * Whether surplus and ratio mean anything: both figures are known, and what is missing on one side
 * could only make the difference larger.
 */
export function isComparable({ reserves, supply, complete }: VerdictInput): boolean {
  if (reserves === null || supply === null || !complete.supply) return false;
  return complete.reserves || reserves >= supply;
}
