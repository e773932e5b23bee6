import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';

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
  /**
   * Proof of a block's coinbase, which has the block's height (BIP 34).
   *
   * @throws AssayError SOURCE_*, BITCOIN_REORGANISED, BITCOIN_HEIGHT_PRUNED
   */
  readCoinbase(
    block: { readonly height: number; readonly hash: string },
    context?: ReadContext,
  ): Promise<TransactionProof>;
}

/** The proof of the one transaction that was asked for as a block's coinbase. */
export function coinbaseOf(
  proofs: readonly TransactionProof[],
  source: SourceRef,
): TransactionProof {
  const [proof] = proofs;
  if (proof?.position === 0) return proof;
  throw sourceResponseInvalid(source, 'calls a transaction the first of its block that is not');
}
