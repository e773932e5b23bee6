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
  if (reserves >= supply) return 'backed';
  return complete.reserves ? 'under-backed' : 'indeterminate';
}
