import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseMerkleBlock } from '../../../src/bitcoin/parseMerkleBlock.ts';
import { merkleBranch, merkleRoot } from '../../support/electrumIndex.ts';
import { buildMerkleBlock, encodeMerkleBlock } from '../../support/merkleBlocks.ts';

function someTxids(count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    createHash('sha256').update(`transaction ${index}`).digest('hex'),
  );
}

/** A header of zeros but for its Merkle root. */
function rootHeader(root: string): Buffer {
  const header = Buffer.alloc(80);
  Buffer.from(root, 'hex').copy(header, 36);
  return header;
}

function headerOf(txids: readonly string[]): Buffer {
  return rootHeader(merkleRoot(txids));
}

describe('parseMerkleBlock', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 9, 100, 1_001])(
    'gives the branches of %i transactions',
    (count) => {
      const txids = someTxids(count);
      const wanted = txids.filter((_, index) => index % 3 === 0 || index === count - 1);
      const parsed = parseMerkleBlock(buildMerkleBlock(headerOf(txids), txids, new Set(wanted)));
      expect(parsed?.transactions).toBe(count);
      expect(
        parsed?.matches.map(({ txid, position, branch }) => ({
          txid,
          position,
          branch: branch.map((hash) => Buffer.from(hash).reverse().toString('hex')),
        })),
      ).toEqual(
        wanted.map((txid) => ({
          txid,
          position: txids.indexOf(txid),
          branch: merkleBranch(txids, txids.indexOf(txid)),
        })),
      );
    },
  );

  it('refuses bytes that are missing, and bytes that are left over', () => {
    const txids = someTxids(7);
    const bytes = buildMerkleBlock(headerOf(txids), txids, new Set(txids.slice(2, 4)));
    for (let length = 0; length < bytes.length; length++) {
      expect(parseMerkleBlock(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(parseMerkleBlock(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeUndefined();
  });

  it('refuses any flipped bit of the tree', () => {
    const txids = someTxids(7);
    const bytes = buildMerkleBlock(headerOf(txids), txids, new Set(txids.slice(2, 4)));
    const parsed = parseMerkleBlock(bytes);
    for (let bit = 8 * 84; bit < 8 * bytes.length; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const matches = parseMerkleBlock(changed)?.matches ?? [];
      // A flag alone may show one leaf less: never another leaf, and never another place.
      for (const match of matches) expect(parsed?.matches).toContainEqual(match);
    }
  });

  it('refuses leftover hashes, leftover flags and flags in the padding', () => {
    const [only = ''] = someTxids(1);
    const hash = Buffer.from(only, 'hex').reverse();
    const root = merkleRoot([only]);
    expect(
      parseMerkleBlock(encodeMerkleBlock(rootHeader(root), 1, [hash], [true]))?.matches,
    ).toHaveLength(1);
    expect(
      parseMerkleBlock(encodeMerkleBlock(rootHeader(root), 2, [hash, hash], [false])),
    ).toBeUndefined();
    expect(
      parseMerkleBlock(encodeMerkleBlock(rootHeader(root), 1, [hash], [true, true])),
    ).toBeUndefined();
    const extra = Array.from({ length: 9 }, (_, index) => index === 0);
    expect(parseMerkleBlock(encodeMerkleBlock(rootHeader(root), 1, [hash], extra))).toBeUndefined();
  });

  it('refuses a node with two equal children (CVE-2012-2459)', () => {
    const txids = someTxids(3);
    const last = txids[2] ?? '';
    const doubled = [...txids, last];
    // The root is the same, so that nothing else tells.
    expect(merkleRoot(doubled)).toBe(merkleRoot(txids));
    expect(
      parseMerkleBlock(buildMerkleBlock(headerOf(doubled), doubled, new Set([last]))),
    ).toBeUndefined();
  });

  it('refuses a block of no transactions or of more than fit', () => {
    const bytes = buildMerkleBlock(headerOf(someTxids(1)), someTxids(1), new Set(someTxids(1)));
    for (const count of [0, 16_667, 0xffff_ffff]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32LE(count, 80);
      expect(parseMerkleBlock(changed)).toBeUndefined();
    }
  });
});
