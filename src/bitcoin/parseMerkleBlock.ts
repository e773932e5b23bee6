import { type BlockHeader, headerBytes, parseBlockHeader } from './blockHeader.ts';
import { hash256 } from './hash256.ts';

/** A transaction that a Merkle block shows to be in its block. */
export interface MerkleMatch {
  /** In the order that RPC and explorers show it. */
  readonly txid: string;
  /** Its place in the block, the coinbase being 0. */
  readonly position: number;
  /** The siblings from the leaf upwards, in the byte order in which they are hashed. */
  readonly branch: readonly Uint8Array[];
}

export interface MerkleBlock {
  readonly header: BlockHeader;
  /** How many transactions the block says to have. */
  readonly transactions: number;
  /** In the order of the block. */
  readonly matches: readonly MerkleMatch[];
}

/** 4,000,000 weight units, of which a transaction takes at least 240. */
const mostTransactions = Math.floor(4_000_000 / 240);

/**
 * Reads what `gettxoutproof` gives: a header and a partial Merkle tree (BIP 37), as a branch for each
 * transaction that it shows.
 *
 * The bytes are a server's: sizes are bounded before anything is read, hashes and flags must be used
 * up to the last, the root must be the header's, and no node may have two equal children
 * (CVE-2012-2459).
 *
 * @returns undefined for anything else
 */
export function parseMerkleBlock(bytes: Uint8Array): MerkleBlock | undefined {
  const parts = readParts(Buffer.from(bytes));
  return parts && buildBranches(parts);
}

interface Parts {
  readonly header: BlockHeader;
  readonly transactions: number;
  readonly hashes: readonly Buffer[];
  readonly flags: Buffer;
}

function readParts(bytes: Buffer): Parts | undefined {
  if (bytes.length < headerBytes + 6) return undefined;
  const header = parseBlockHeader(bytes.subarray(0, headerBytes));
  const transactions = bytes.readUInt32LE(headerBytes);
  if (header === undefined || transactions === 0 || transactions > mostTransactions) {
    return undefined;
  }
  const hashCount = readCount(bytes, headerBytes + 4);
  if (!hashCount || hashCount.value > transactions) return undefined;
  const hashesEnd = hashCount.end + 32 * hashCount.value;
  const flagCount = readCount(bytes, hashesEnd);
  if (!flagCount || flagCount.end + flagCount.value !== bytes.length) return undefined;
  const hashes = Array.from({ length: hashCount.value }, (_, index) =>
    bytes.subarray(hashCount.end + 32 * index, hashCount.end + 32 * (index + 1)),
  );
  return { header, transactions, hashes, flags: bytes.subarray(flagCount.end) };
}

/** A compact size; no count here needs more than 16 bits, nor may one be longer than it has to be. */
function readCount(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first > 0xfd) return undefined;
  if (first < 0xfd) return { value: first, end: at + 1 };
  if (at + 3 > bytes.length) return undefined;
  const value = bytes.readUInt16LE(at + 1);
  return value < 0xfd ? undefined : { value, end: at + 3 };
}

/** A match whose branch still grows, from the leaf upwards. */
interface GrowingMatch {
  readonly txid: string;
  readonly position: number;
  readonly branch: Uint8Array[];
}

function buildBranches({ header, transactions, hashes, flags }: Parts): MerkleBlock | undefined {
  let usedFlags = 0;
  let usedHashes = 0;
  let wrong = false;
  const matches: GrowingMatch[] = [];

  /** The hash of a node, and the matches below it; from `start` on in `matches`. */
  function readNode(level: number, position: number): Buffer {
    const start = matches.length;
    const hasMatch = takeFlag();
    if (wrong || level === 0 || !hasMatch) {
      const hash = takeHash();
      if (level === 0 && hasMatch) {
        const txid = Buffer.from(hash).reverse().toString('hex');
        matches.push({ txid, position, branch: [] });
      }
      return hash;
    }
    const left = readNode(level - 1, 2 * position);
    const middle = matches.length;
    const hasRight = 2 * position + 1 < widthAt(level - 1);
    const right = hasRight ? readNode(level - 1, 2 * position + 1) : left;
    if (hasRight && left.equals(right)) wrong = true;
    for (const [index, { branch }] of matches.entries()) {
      if (index >= start) branch.push(Uint8Array.from(index < middle ? right : left));
    }
    return hash256(Buffer.concat([left, right]));
  }

  function widthAt(level: number): number {
    return Math.ceil(transactions / 2 ** level);
  }

  function takeFlag(): boolean {
    const byte = flags[usedFlags >> 3];
    if (byte === undefined) wrong = true;
    return ((byte ?? 0) & (1 << (usedFlags++ & 7))) !== 0;
  }

  function takeHash(): Buffer {
    const hash = hashes[usedHashes++];
    if (hash === undefined) wrong = true;
    return hash ?? Buffer.alloc(32);
  }

  let height = 0;
  while (widthAt(height) > 1) height++;
  const root = readNode(height, 0);
  const padding = (flags.at(-1) ?? 0) >> (((usedFlags - 1) & 7) + 1);
  if (wrong || usedHashes !== hashes.length || Math.ceil(usedFlags / 8) !== flags.length) {
    return undefined;
  }
  if (padding !== 0 || !root.equals(header.merkleRoot)) return undefined;
  return { header, transactions, matches };
}
