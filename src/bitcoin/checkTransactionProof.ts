import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { hash256 } from './hash256.ts';
import type { TransactionProof } from './inclusionReader.ts';

/** A block has at most 16,666 transactions: a branch beyond this depth is none. */
const deepest = 15;

/**
 * Checks that a proof leads to the Merkle root of the block that it was asked for, so that the branch
 * of another block is not handed on. What a stranger has to check besides is for the verifier.
 *
 * @param merkleRoot in the order in which it is hashed
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function checkTransactionProof(
  proof: TransactionProof,
  merkleRoot: Uint8Array,
  source: SourceRef,
): void {
  const { transaction, branch } = proof;
  let hash: Buffer = hash256(transaction);
  let position = proof.position;
  for (const sibling of branch) {
    hash = hash256(Buffer.concat(position % 2 === 0 ? [hash, sibling] : [sibling, hash]));
    position = Math.floor(position / 2);
  }
  if (branch.length > deepest || position !== 0 || !hash.equals(merkleRoot)) {
    throw sourceResponseInvalid(
      source,
      `gave a branch of transaction ${proof.txid} that does not lead to its block`,
    );
  }
}
