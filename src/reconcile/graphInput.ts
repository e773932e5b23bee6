import type { TokenId } from '../core/caip.ts';

/** When a figure holds: at some moment between two, or at one where they are the same (Unix seconds). */
export interface ReadTimes {
  readonly from: number;
  readonly to: number;
}

/** One deployment as the graph needs it, at the moment that is audited. */
export interface GraphDeployment {
  readonly token: TokenId;
  readonly kind: 'canonical' | 'bridged';
  /**
   * The key of the lockbox that keeps what this is a copy of; `unknown` where nobody has found it; null
   * where there is none. On a canonical deployment only part of the supply is such a copy.
   */
  readonly lockbox: string | 'unknown' | null;
  readonly decimals: number;
  /** The supply in the deployment's own units; null where it is not known. */
  readonly amount: bigint | null;
  /** The same earlier by the duration of its lockbox's policy; left out or null where not known. */
  readonly amountBefore?: bigint | null | undefined;
  /** Whether `amount` is not of the audited moment: read as of now, or at a block far from it. */
  readonly isNow?: boolean | undefined;
  /** When `amount` holds; left out or null where that is not known. */
  readonly times?: ReadTimes | null | undefined;
  /** The same read once more, at its last final block; left out or null where it was not. */
  readonly amountAgain?: bigint | null | undefined;
  /** When `amountAgain` holds. */
  readonly timesAgain?: ReadTimes | null | undefined;
}

/** What may be missing at an edge while messages are under way between two chains. */
export interface EdgePolicy {
  /** How much, in the smallest unit of the locked token. */
  readonly toleranceUnits: bigint;
  /** For how long at most. */
  readonly durationSeconds: number;
}

/** One lockbox, of which one contract may have several: one for each token that it locks. */
export interface GraphLockbox {
  readonly key: string;
  /** The contract in the registry's writing: together with `locks` it tells what the balance is. */
  readonly contract: string;
  /** The deployment whose tokens lie there; null where that is not known. */
  readonly locks: TokenId | null;
  /** Of the locked token. */
  readonly decimals: number;
  /** How much of the token the contract holds, in the token's units; null where it is not known. */
  readonly locked: bigint | null;
  /** The same earlier by the duration of the policy; left out or null where not known. */
  readonly lockedBefore?: bigint | null | undefined;
  /** Whether `locked` is not of the audited moment: read as of now, or at a block far from it. */
  readonly isNow?: boolean | undefined;
  /** When `locked` holds; left out or null where that is not known. */
  readonly times?: ReadTimes | null | undefined;
  /** The same read once more, after the copies were; left out or null where it was not. */
  readonly lockedAgain?: bigint | null | undefined;
  /** When `lockedAgain` holds. */
  readonly timesAgain?: ReadTimes | null | undefined;
  /** Without one every shortfall counts. */
  readonly policy?: EdgePolicy | undefined;
}
