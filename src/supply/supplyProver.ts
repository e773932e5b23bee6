import type { TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { SupplyProof } from '../evidence/evmSupplyProof.ts';

/** A supply for which evidence is wanted. */
export interface SupplyToProve {
  readonly token: TokenId;
  /** What `totalSupply()` answered at the block; in the token's smallest unit. */
  readonly amount: bigint;
  readonly decimals: number;
  /** Where the registry says that it is kept: 32 bytes in hex, or a small integer in decimals. */
  readonly slot?: string | undefined;
}

export interface ProofRequest {
  /** The block of the amounts, by hash. */
  readonly point: ChainPoint;
  readonly tokens: readonly SupplyToProve[];
}

/**
 * How the slot of a supply was found, best first: the registry records it (`registry`), it is the only
 * one with that value among those which `totalSupply()` reads (`access-list`), or the only one among
 * those in which tokens keep it as a rule (`search`). All three rest on the equality of slot and
 * `totalSupply()` at the block; by accident another slot may be equal, least likely for the first.
 */
export type SlotOrigin = 'registry' | 'access-list' | 'search';

/**
 * Why there is nothing but the call: the block's hash is not that of a header known here (`header`);
 * the server gives no storage or proofs of that block, or wrong ones (`unavailable`); no slot has the
 * amount, so that the contract computes it or packs it (`no-slot`); several have it, and which one is
 * meant cannot be told (`several-slots`).
 */
export type CallOnlyReason = 'header' | 'unavailable' | 'no-slot' | 'several-slots';

/** The evidence for one supply, and how it came about. */
export type SupplyEvidence = {
  /** True if the registry records a slot which does not have the amount. */
  readonly recordedSlotWrong: boolean;
} & (
  | {
      readonly proof: Extract<SupplyProof, { kind: 'storage' }>;
      readonly slotFrom: SlotOrigin;
    }
  | {
      readonly proof: Extract<SupplyProof, { kind: 'call-only' }>;
      readonly reason: CallOnlyReason;
      /** The slots of `several-slots`, lower-case hex, for the registry to record one; else empty. */
      readonly slots: readonly string[];
    }
);

/** Shows that supplies follow from the hash of their block: what evidence bundles are made of. */
export interface SupplyProver {
  /**
   * Evidence for each token of the request, in its order; every proof has been verified.
   *
   * @throws AssayError SOURCE_*; SUPPLY_REORGANISED if the server does not have the block
   */
  proveSupplies(request: ProofRequest, context?: ReadContext): Promise<readonly SupplyEvidence[]>;
}
