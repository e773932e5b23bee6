import { describe, expect, it } from 'vitest';
import { parseBlockHeader } from '../../../src/evidence/blockHeader.ts';
import { climbBranch } from '../../../src/evidence/climbBranch.ts';
import { couldBeTransaction } from '../../../src/evidence/strippedTransaction.ts';
import {
  makeTransaction,
  merkleBranch,
  merkleRoot,
  readMainnetBlock,
  sha256d,
} from '../../support/evidenceChain.ts';

const leaves = Array.from({ length: 11 }, (_, index) => sha256d(Uint8Array.of(index)));

function leafOf(position: number): Uint8Array {
  return leaves[position] ?? new Uint8Array();
}

describe('the branch of a transaction', () => {
  const block = readMainnetBlock();
  const { merkleRoot: root } = parseBlockHeader(block.header);

  it.each(block.transactions)(
    'leads from position $position of block 702861 to its root',
    (one) => {
      const branch = merkleBranch(block.ids, one.position);
      expect(branch.length).toBe(12 * 32);
      expect(climbBranch(sha256d(one.transaction), one.position, branch)).toEqual(root);
    },
  );

  it('leads to the root from every position, whatever the size of the block', () => {
    for (let size = 1; size <= leaves.length; size += 1) {
      const some = leaves.slice(0, size);
      for (let position = 0; position < size; position += 1) {
        const branch = merkleBranch(some, position);
        expect(climbBranch(leafOf(position), position, branch)).toEqual(merkleRoot(some));
      }
    }
  });

  it('leads elsewhere from another position or with a sibling more or less', () => {
    const branch = merkleBranch(leaves, 2);
    const root = merkleRoot(leaves);
    expect(climbBranch(leafOf(2), 3, branch)).not.toEqual(root);
    expect(climbBranch(leafOf(2), 2, branch.subarray(32))).not.toEqual(root);
    expect(climbBranch(leafOf(2), 2, branch.subarray(0, -32))).not.toEqual(root);
    const longer = Uint8Array.from([...branch, ...leafOf(4)]);
    expect(climbBranch(leafOf(2), 2, longer)).not.toEqual(root);
  });

  it('must be long enough for the position, whole, and no longer than 32 siblings', () => {
    expect(() => climbBranch(leafOf(0), 1, new Uint8Array())).toThrow('too short for the position');
    expect(() => climbBranch(leafOf(0), 4, new Uint8Array(64))).toThrow('too short');
    expect(() => climbBranch(leafOf(0), 0, new Uint8Array(33))).toThrow('0 to 32 siblings');
    expect(() => climbBranch(leafOf(0), 0, new Uint8Array(33 * 32))).toThrow('0 to 32 siblings');
  });
});

describe('equal neighbours (CVE-2012-2459)', () => {
  it('are refused to the right: the second copy of a repeated transaction', () => {
    // Blocks of 1, 2, 3 and of 1, 2, 3, 3 transactions have one root.
    const three = leaves.slice(0, 3);
    const four = [...three, leafOf(2)];
    expect(merkleRoot(four)).toEqual(merkleRoot(three));
    expect(() => climbBranch(leafOf(2), 3, merkleBranch(four, 3))).toThrow('equal neighbours');
    expect(climbBranch(leafOf(2), 2, merkleBranch(three, 2))).toEqual(merkleRoot(three));
  });

  it('are refused in a row above: a repeated pair', () => {
    const six = leaves.slice(0, 6);
    const eight = [...six, leafOf(4), leafOf(5)];
    expect(merkleRoot(eight)).toEqual(merkleRoot(six));
    for (const position of [6, 7]) {
      const branch = merkleBranch(eight, position);
      expect(() => climbBranch(leafOf(position - 2), position, branch)).toThrow('equal neighbours');
    }
  });

  it('are refused to the left where the node is not the last of its row', () => {
    const twins = [leafOf(0), leafOf(0), leafOf(1), leafOf(2)];
    expect(() => climbBranch(leafOf(0), 0, merkleBranch(twins, 0))).toThrow(
      'not the last of its row',
    );
    const later = [...leaves.slice(0, 4), leafOf(5), leafOf(5), leafOf(6)];
    expect(() => climbBranch(leafOf(5), 4, merkleBranch(later, 4))).toThrow(
      'goes on beyond the last node',
    );
  });

  it('are refused above the root', () => {
    const branch = merkleBranch(leaves, 2);
    const root = merkleRoot(leaves);
    const above = Uint8Array.from([...branch, ...root]);
    expect(() => climbBranch(leafOf(2), 2, above)).toThrow('not the last of its row');
  });
});

describe('the ambiguity of 64 bytes', () => {
  it('is seen in a transaction of one input and one output with four bytes of scripts', () => {
    for (const [input, output] of [
      ['', '51515151'],
      ['5151', '5151'],
      ['51515151', ''],
    ] as const) {
      const transaction = makeTransaction([{ sats: 5n, script: output }], 'seed', input);
      expect(transaction.length).toBe(64);
      expect(couldBeTransaction(transaction)).toBe(true);
    }
  });

  it('is not seen in two hashes, nor where the amount cannot exist', () => {
    expect(couldBeTransaction(Uint8Array.from([...leafOf(0), ...leafOf(1)]))).toBe(false);
    const rich = makeTransaction([{ sats: 2_100_000_000_000_001n, script: '51515151' }], 'seed');
    expect(couldBeTransaction(rich)).toBe(false);
    expect(couldBeTransaction(rich.subarray(1))).toBe(false);
  });

  it('is refused as an inner node: two hashes that are a transaction as well', () => {
    // A forger would look for an invented transaction whose id is one half of a real one of 64 bytes.
    const real = makeTransaction([{ sats: 5n, script: '51515151' }], 'seed');
    const [left, right] = [real.slice(0, 32), real.slice(32)];
    expect(() => climbBranch(right, 1, left)).toThrow('could be a transaction of 64 bytes');
    expect(() => climbBranch(left, 0, right)).toThrow('could be a transaction of 64 bytes');
  });
});
