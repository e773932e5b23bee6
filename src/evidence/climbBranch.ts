import { createHash256, type Hash256 } from './createHash256.ts';
import { couldBeTransaction } from './strippedTransaction.ts';

/** No block has more transactions than 2^32. */
export const longestBranch = 32;

/**
 * The Merkle root that a leaf, its position and its branch lead to; a wrong branch gives another root.
 * Refused are the forms by which a branch could show what no block holds: an inner node that could be
 * read as a transaction, and equal neighbours where no last node was paired with itself
 * (CVE-2012-2459).
 *
 * @param branch the siblings from the leaf upwards, 32 bytes each
 * @throws RangeError that says what is wrong
 */
export function climbBranch(
  leaf: Uint8Array,
  position: number,
  branch: Uint8Array,
  hash256: Hash256 = createHash256(),
): Uint8Array {
  const levels = branch.length / 32;
  if (!Number.isInteger(levels) || levels > longestBranch) {
    throw new RangeError(`has not 0 to ${longestBranch} siblings`);
  }
  if (position >= 2 ** levels) throw new RangeError('is too short for the position');
  const pair = new Uint8Array(64);
  let node = leaf;
  let isLast = false;
  for (let level = 0; level < levels; level += 1) {
    const sibling = branch.subarray(level * 32, level * 32 + 32);
    const place = Math.floor(position / 2 ** level);
    const isRight = place % 2 === 1;
    const isTwin = isSame(node, sibling);
    if (isRight && isTwin) throw new RangeError('has two equal neighbours');
    if (!isRight) {
      // The last of an odd row is paired with itself; above it the path stays the last of each row.
      if (isTwin && !isLast && levels - level !== bitLength(place)) {
        throw new RangeError('pairs a node with itself that is not the last of its row');
      }
      if (isLast && !isTwin) throw new RangeError('goes on beyond the last node of a row');
      isLast = isTwin;
    }
    pair.set(isRight ? sibling : node, 0);
    pair.set(isRight ? node : sibling, 32);
    if (couldBeTransaction(pair)) {
      throw new RangeError('has a node that could be a transaction of 64 bytes');
    }
    node = hash256(pair);
  }
  return node;
}

/** How many levels lie above a row whose last place this is. */
function bitLength(place: number): number {
  return place === 0 ? 0 : 32 - Math.clz32(place);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < 32; index += 1) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}
