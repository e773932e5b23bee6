import {
  BranchMPTNode,
  decodeMPTNode,
  decodeRawMPTNode,
  LeafMPTNode,
  type MPTNode,
} from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, type Hex, hexToBytes, keccak256 } from 'viem';
import type { AssayError } from '../core/assayError.ts';
import { evmProofInvalid } from './evmErrors.ts';

/** Keccak-256 of the RLP of nothing: the root of a trie without entries. */
export const emptyTrieRoot = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

/** A branch has 17 items of at most 33 bytes, a leaf a path and an account. */
export const maxTrieNodeBytes = 1024;

/** One per nibble of a hashed key. */
export const maxTrieNodes = 64;

/**
 * What a secure Merkle Patricia trie has at a key, shown by the nodes on the way from its root
 * (EIP-1186); null if they show that it has nothing there. Every node counts: one too many, one too
 * few, or another encoding of the same one is refused.
 *
 * The nodes are @ethereumjs/mpt's; the walk is not: its `verifyMerkleProof` takes nodes that lead
 * nowhere, several encodings of one node, and lists where there should be a value.
 *
 * @param root hash of the topmost node
 * @param key before it is hashed: an address or a storage slot
 * @param proof the nodes from the root on, RLP, of an attacker's choice
 * @param what names the proof in errors
 * @throws AssayError EVIDENCE_PROOF_INVALID
 */
export function readEvmTrie(
  root: Hex,
  key: Hex,
  proof: readonly Hex[],
  what: string,
): Uint8Array | null {
  const path = toNibbles(keccak256(key));
  let depth = 0;
  let used = 0;

  /** The next node of the proof, which must have this hash. */
  function takeNode(hash: Hex): MPTNode {
    const rlp = proof[used];
    if (rlp === undefined) throw evmProofInvalid(`${what} ends before it leads anywhere`);
    used += 1;
    if (keccak256(rlp) !== hash) throw evmProofInvalid(`${what} does not follow from its root`);
    if (used > 1 && isInlined(rlp)) throw brokenLink();
    return parseNode(() => decodeMPTNode(hexToBytes(rlp)), rlp);
  }

  function parseNode(decode: () => MPTNode, rlp: Hex): MPTNode {
    try {
      const node = decode();
      if (bytesToHex(node.serialize()) === rlp) return node;
    } catch {
      // What the library says about a node is not for the reader.
    }
    throw evmProofInvalid(`${what} has a node that is none in its one encoding`);
  }

  function follow(reference: unknown): MPTNode {
    if (reference instanceof Uint8Array && reference.length === 32) {
      return takeNode(bytesToHex(reference));
    }
    if (!Array.isArray(reference)) throw brokenLink();
    const rlp = bytesToHex(RLP.encode(reference));
    if (!isInlined(rlp)) throw brokenLink();
    return parseNode(() => decodeRawMPTNode(reference), rlp);
  }

  function brokenLink(): AssayError {
    return evmProofInvalid(`${what} has a node with a broken link`);
  }

  function walk(): Uint8Array | null {
    if (root === emptyTrieRoot) return null;
    let node = takeNode(root);
    for (;;) {
      if (node instanceof BranchMPTNode) {
        const nibble = path[depth];
        if (nibble === undefined || node.value() !== null) {
          throw evmProofInvalid(`${what} has a branch where no key ends`);
        }
        const child = node.getBranch(nibble);
        if (child === null) return null;
        depth += 1;
        node = follow(child);
        continue;
      }
      const part = node.key();
      const isLeaf = node instanceof LeafMPTNode;
      const left = path.length - depth;
      if (isLeaf ? part.length !== left : part.length === 0 || part.length >= left) {
        throw evmProofInvalid(`${what} has a node whose path does not fit`);
      }
      if (part.some((nibble, index) => nibble !== path[depth + index])) return null;
      depth += part.length;
      const value: unknown = node.value();
      if (!isLeaf) {
        node = follow(value);
        continue;
      }
      if (!(value instanceof Uint8Array) || value.length === 0) {
        throw evmProofInvalid(`${what} has a leaf without a value`);
      }
      return value;
    }
  }

  const found = walk();
  if (used !== proof.length) {
    throw evmProofInvalid(`${what} has ${proof.length - used} nodes more than lead to its end`);
  }
  return found;
}

/** Whether a node stands inside of the one above it: where it is shorter than its hash. */
function isInlined(rlp: Hex): boolean {
  return rlp.length < 2 + 2 * 32;
}

function toNibbles(hash: Hex): readonly number[] {
  return Array.from(hash.slice(2), (digit) => Number.parseInt(digit, 16));
}
