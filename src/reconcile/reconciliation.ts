import type { TokenId } from '../core/caip.ts';
import type { ErrorCode } from '../core/errorCodes.ts';
import type { Fixed18 } from '../core/fixed18.ts';
import type { Sats } from '../core/sats.ts';
import type { LiabilityInput } from './sumLiability.ts';
import type { Owed } from './sumOwed.ts';

/** `backed`: at least as many coins as tokens. `indeterminate`: assay cannot say. */
export type Verdict = 'backed' | 'under-backed' | 'indeterminate';

/** Why a verdict is not `backed`, besides the errors that a reading may end in. */
export type VerdictReasonCode =
  | 'RESERVES_BELOW_SUPPLY'
  | 'SKEW_EXCEEDED'
  | 'POINT_STALE'
  | 'COVERAGE_PARTIAL'
  | 'ASSET_RETIRED';

export interface Reason {
  readonly code: VerdictReasonCode | ErrorCode;
  /** One sentence for people. */
  readonly message: string;
  /** What it concerns: a token, an address, a source; absent where it concerns the whole. */
  readonly subject?: string;
}

/** One deployment's supply as agreed by the sources, or null where it is not known. */
export interface SupplyFigure {
  readonly token: TokenId;
  readonly amount: bigint | null;
  readonly decimals: number;
}

/** Extremes over the window from the audited moment to the latest: see `Reconciliation.window`. */
export interface WindowFigures {
  readonly lowestReserves: Sats;
  readonly highestReserves: Sats;
  readonly lowestSupply: readonly SupplyFigure[];
  readonly highestSupply: readonly SupplyFigure[];
}

export interface ReconcileInput {
  /** As agreed by the sources at one block; null where not known. */
  readonly reserves: Sats | null;
  /** What is certain of the reserves where they are not known. */
  readonly reservesAtLeast?: Sats | null;
  /** The canonical deployments, each once. */
  readonly supplies: readonly SupplyFigure[];
  /** What is taken off the supplies, and at which rates; left out where nothing is. */
  readonly liability?: Pick<LiabilityInput, 'exclusions' | 'rates'> | undefined;
  /**
   * Why holdings of `liability` are not known. No fault: the supply still has an upper bound, which the
   * reserves may reach.
   */
  readonly unreadHoldings?: readonly Reason[] | undefined;
  /** The largest distance between the two sides' block times; null where a point is missing. */
  readonly skewSeconds: number | null;
  readonly maxSkewSeconds: number;
  /** How long before the observation the Bitcoin block was made; null where it is not known. */
  readonly ageSeconds: number | null;
  /** Null where a moment in the past was asked for. */
  readonly maxAgeSeconds: number | null;
  /** What the registry says that it lacks, on either side. */
  readonly gaps: readonly { readonly side: 'reserves' | 'supply'; readonly reason: Reason }[];
  /** Why figures are null. */
  readonly faults: readonly Reason[];
  readonly window: WindowFigures | null;
}

export interface Reconciliation {
  readonly verdict: Verdict;
  /** Whether `backed` follows from a lower bound of the reserves, an upper one of the supply, or both. */
  readonly restsOnBounds: boolean;
  /** Empty for `backed`. */
  readonly reasons: readonly Reason[];
  /** Whether the figures cover all of the side, or only what is known of it. */
  readonly complete: { readonly reserves: boolean; readonly supply: boolean };
  /** A lower bound where `complete.reserves` is false. */
  readonly reserves: Fixed18 | null;
  readonly supply: Fixed18 | null;
  /**
   * What limits the supply where it is not known: null where it is, where nothing does, and where the
   * registry lacks something of this side, which could lie beyond any limit.
   */
  readonly supplyBounds: Pick<Owed, 'atLeast' | 'atMost'>;
  /**
   * Reserves minus supply, 18 decimals, negative for a shortfall. Null unless both are known whole, or
   * what is known of the reserves covers all that the supply may be: then it is the least there can be.
   */
  readonly surplus: bigint | null;
  /** 8 places, truncated; null where `surplus` is, and where the supply is zero. */
  readonly ratio: string | null;
  readonly window: {
    readonly reserves: { readonly lowest: Sats; readonly highest: Sats };
    readonly supply: { readonly lowest: Fixed18; readonly highest: Fixed18 };
    /** Whether the worst and the best pair of the window give the verdict too. */
    readonly holdsAcrossWindow: boolean;
  } | null;
}
