import type { AssayError } from '../core/assayError.ts';
import type { TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';

/** Whose tokens to count: those of a lockbox, or of an account that the issuer keeps. */
export interface HoldingToRead {
  readonly token: TokenId;
  /**
   * Account or contract on the token's chain, as that chain writes it: an EVM address has its EIP-55
   * checksum. On Solana it is the owner of token accounts or one such account; on Aptos the owner of a
   * primary store or one store.
   */
  readonly holder: string;
}

/**
 * How much of a token one holder has at a block, in the token's own units; an error stands for itself,
 * never for a zero.
 */
export type HoldingReading = { readonly token: TokenId; readonly holder: string } & (
  | { readonly amount: bigint }
  | { readonly error: AssayError }
);

/** Reads who holds how much: what is locked under the copies of a token, or not counted as issued. */
export interface HoldingReader {
  /**
   * The holdings at the block, read by its hash; in the order of the request. A holder that has none
   * has 0, whether it is a contract, an account or nothing yet. What is wrong with one holding, or with
   * its token, is in its reading.
   *
   * @throws AssayError SOURCE_*, SUPPLY_REORGANISED, SUPPLY_STATE_UNAVAILABLE: what is wrong with the
   * server or the block concerns all of them
   */
  readHoldings(
    holdings: readonly HoldingToRead[],
    point: ChainPoint,
    context?: ReadContext,
  ): Promise<readonly HoldingReading[]>;
}

/**
 * What one source says of holdings as of now. Each figure holds for some moment from one final block to
 * another: those that the source named before and after.
 */
export interface LatestHoldings {
  readonly from: ChainPoint;
  readonly to: ChainPoint;
  /** One entry per holding of the request, in its order. */
  readonly holdings: readonly HoldingReading[];
}

/** Reads who holds how much where a chain's interface answers only as of now. */
export interface LatestHoldingReader {
  /**
   * The holdings, final as the chain's rules have it; in the order of the request. What is wrong with
   * one holding, or with its token, is in its reading.
   *
   * @throws AssayError SOURCE_*, SUPPLY_*: what is wrong with the server concerns all of them
   */
  readLatestHoldings(
    holdings: readonly HoldingToRead[],
    context?: ReadContext,
  ): Promise<LatestHoldings>;
}
