import type { ReadContext } from '../core/source.ts';

/** Shows that a transaction is in a block: what evidence bundles are made of. */
export interface TransactionProof {
  /** In the order that RPC and explorers show it. */
  readonly txid: string;
  /** The serialised transaction without witnesses: its double SHA-256 is the txid. */
  readonly transaction: Uint8Array;
  /** Its place in the block, the coinbase being 0. */
  readonly position: number;
  /** The siblings from the leaf upwards, 32 bytes each, in the byte order in which they are hashed. */
  readonly branch: readonly Uint8Array[];
}

/**
 * What a Bitcoin source knows of transactions. Every answer can be checked without trusting it, by
 * hashing; an implementation checks that it is the one asked for and leaves the rest to the verifier.
 */
export interface InclusionReader {
  /**
   * Proofs that the transactions are in the block, in the order of the request.
   *
   * @throws AssayError SOURCE_*, BITCOIN_REORGANISED, BITCOIN_HEIGHT_PRUNED
   */
  readTransactionProofs(
    block: { readonly height: number; readonly hash: string },
    txids: readonly string[],
    context?: ReadContext,
  ): Promise<readonly TransactionProof[]>;
}
