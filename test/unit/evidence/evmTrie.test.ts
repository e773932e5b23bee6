import {
  createMerkleProof,
  createMPT,
  type MerklePatriciaTrie,
  verifyMerkleProof,
} from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, concatHex, type Hex, hexToBytes, keccak256, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { emptyTrieRoot, readEvmTrie } from '../../../src/evidence/evmTrie.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';

const key = (index: number): Hex => numberToHex(index, { size: 32 });
const valueAt = (index: number) => hexToBytes(numberToHex(index + 1, { size: 40 }));

async function growTrie(count: number): Promise<MerklePatriciaTrie> {
  const trie = await createMPT({ useKeyHashing: true });
  for (let index = 0; index < count; index++) {
    await trie.put(hexToBytes(key(index)), valueAt(index));
  }
  return trie;
}

async function prove(trie: MerklePatriciaTrie, index: number): Promise<Hex[]> {
  const nodes = await createMerkleProof(trie, hexToBytes(key(index)));
  return nodes.map((node) => bytesToHex(node));
}

const rootOf = (trie: MerklePatriciaTrie): Hex => bytesToHex(trie.root());
const read = (root: Hex, index: number, proof: readonly Hex[]) =>
  readEvmTrie(root, key(index), proof, 'the proof');
const readCode = (root: Hex, index: number, proof: readonly Hex[]) =>
  rejectionCode(() => read(root, index, proof));

/** A node whose hash is taken for a root, as somebody who made up a state would. */
function rootNode(items: readonly unknown[]): {
  readonly root: Hex;
  readonly proof: readonly Hex[];
} {
  const node = bytesToHex(RLP.encode(items as Parameters<typeof RLP.encode>[0]));
  return { root: keccak256(node), proof: [node] };
}

const nothing = new Uint8Array();
/** A leaf's or extension's path in hex-prefix encoding, for a path of an even length. */
const packed = (flag: number, nibbles: string): Uint8Array =>
  hexToBytes(concatHex([numberToHex(flag, { size: 1 }), `0x${nibbles}`]));
const pathOf = (index: number): string => keccak256(key(index)).slice(2);

describe('a proof in a trie', () => {
  it('leads to the value of every key, and to nothing for keys that are not there', async () => {
    for (const count of [1, 2, 17, 300]) {
      const trie = await growTrie(count);
      for (let index = 0; index < count + 20; index += count > 100 ? 7 : 1) {
        const proof = await prove(trie, index);
        const found = read(rootOf(trie), index, proof);
        expect(found).toEqual(index < count ? valueAt(index) : null);
        const theirs = await verifyMerkleProof(
          hexToBytes(key(index)),
          proof.map((node) => hexToBytes(node)),
          {
            root: trie.root(),
            useKeyHashing: true,
          },
        );
        expect(theirs).toEqual(found);
      }
    }
  });

  it('is empty for an empty trie', async () => {
    expect(emptyTrieRoot).toBe(keccak256('0x80'));
    expect(read(emptyTrieRoot, 0, [])).toBe(null);
    expect(await readCode(emptyTrieRoot, 0, ['0x80'])).toBe('EVIDENCE_PROOF_INVALID');
  });

  it('is refused under another root, for another key, and where nodes were added or taken', async () => {
    const trie = await growTrie(300);
    const root = rootOf(trie);
    const [proof, other] = [await prove(trie, 5), await prove(trie, 6)];
    expect(proof.length).toBeGreaterThan(2);
    const wrong: readonly (readonly [Hex, number, readonly Hex[]])[] = [
      [keccak256('0x01'), 5, proof],
      [root, 6, proof],
      [root, 5, other],
      [root, 5, []],
      [root, 5, proof.slice(0, -1)],
      [root, 5, proof.slice(1)],
      [root, 5, [...proof].reverse()],
      [root, 5, [...proof, ...proof.slice(-1)]],
      [root, 5, [...proof, ...other.slice(-1)]],
      [root, 5, [...proof.slice(0, 1), ...proof]],
    ];
    for (const [under, index, nodes] of wrong) {
      expect(await readCode(under, index, nodes)).toBe('EVIDENCE_PROOF_INVALID');
    }
    const leftover = await rejection(() => read(root, 5, [...proof, ...other.slice(-1)]));
    expect(leftover.message).toBe('the proof has 1 nodes more than lead to its end');
    // Which is why the library's own verification is not enough.
    const nodes = [...proof, ...other.slice(-1)].map((node) => hexToBytes(node));
    const options = { root: trie.root(), useKeyHashing: true };
    expect(await verifyMerkleProof(hexToBytes(key(5)), nodes, options)).toEqual(valueAt(5));
  });

  it('is refused with any byte of any node flipped', async () => {
    const trie = await growTrie(40);
    const proof = await prove(trie, 3);
    for (const [index, node] of proof.entries()) {
      const bytes = hexToBytes(node);
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes, (byte, place) => (place === at ? byte ^ 1 : byte));
        const nodes = proof.with(index, bytesToHex(changed));
        expect(await readCode(rootOf(trie), 3, nodes)).toBe('EVIDENCE_PROOF_INVALID');
      }
    }
  });
});

describe('a trie that nobody but a forger makes', () => {
  const value = Uint8Array.of(7);
  const even = packed(0x20, pathOf(0));

  it('is taken where it is well-formed after all: one leaf', () => {
    const { root, proof } = rootNode([even, value]);
    expect(read(root, 0, proof)).toEqual(value);
    expect(read(root, 1, proof)).toBe(null);
  });

  it('is refused for every form that no trie has', async () => {
    const half = pathOf(0).slice(0, 32);
    const branch = (at: number, child: unknown, last: unknown = nothing) =>
      Array.from({ length: 17 }, (_, index) =>
        index === 16 ? last : index === at ? child : nothing,
      );
    const first = Number.parseInt(pathOf(0)[0] ?? '', 16);
    const forms: Readonly<Record<string, readonly unknown[]>> = {
      'a leaf with an empty value': [even, nothing],
      'a leaf with a list for its value': [even, [value]],
      'a leaf whose path is too short': [packed(0x20, half), value],
      'a leaf whose path is too long': [packed(0x20, `${pathOf(0)}00`), value],
      'a leaf with an unknown flag': [packed(0x40, pathOf(0)), value],
      'a leaf with a padding that is not zero': [packed(0x21, pathOf(0)), value],
      'a leaf without a path': [nothing, value],
      'a leaf with a list for its path': [[even], value],
      'an extension with an empty path': [packed(0x00, ''), new Uint8Array(32)],
      'an extension to no hash': [packed(0x00, half), value],
      'an extension to nothing': [packed(0x00, half), nothing],
      'an extension of the whole path': [packed(0x00, pathOf(0)), new Uint8Array(32)],
      'a branch with a value': branch(16, nothing, value),
      'a branch with a list for its value': branch(16, nothing, [value]),
      'a branch to no hash': branch(first, value),
      'a branch to a list that is no node': branch(first, [value, value, value]),
      'a branch to a node that is too long to be inside': branch(first, [
        packed(0x30 + Number.parseInt(pathOf(0)[1] ?? '', 16), pathOf(0).slice(2)),
        value,
      ]),
      'three items': [even, value, value],
      'no items': [],
    };
    const codes: [string, string][] = [];
    for (const [name, items] of Object.entries(forms)) {
      const { root, proof } = rootNode(items);
      codes.push([name, await readCode(root, 0, proof)]);
    }
    expect(codes).toEqual(Object.keys(forms).map((name) => [name, 'EVIDENCE_PROOF_INVALID']));
  });

  it('may have a short node inside of another one, in its one form as well', async () => {
    // An extension over 60 nibbles, then a branch which is short enough, then leaves of 3 nibbles.
    const path = pathOf(0);
    const nibble = (at: number) => Number.parseInt(path[at] ?? '', 16);
    const inside = (flag: number) => {
      const leaf = [hexToBytes(`0x${flag.toString(16)}${path.slice(61)}`), value];
      const children = Array.from({ length: 17 }, (_, at) => (at === nibble(60) ? leaf : nothing));
      return rootNode([packed(0x00, path.slice(0, 60)), children]);
    };
    const { root, proof } = inside(3);
    expect(read(root, 0, proof)).toEqual(value);
    const other = inside(5);
    expect(await readCode(other.root, 0, other.proof)).toBe('EVIDENCE_PROOF_INVALID');
    // The same leaf by its hash, which is longer than the leaf.
    const leaf = RLP.encode([hexToBytes(`0x3${path.slice(61)}`), value]);
    const children = Array.from({ length: 17 }, (_, at) =>
      at === nibble(60) ? hexToBytes(keccak256(leaf)) : nothing,
    );
    const branch = RLP.encode(children);
    const top = rootNode([packed(0x00, path.slice(0, 60)), hexToBytes(keccak256(branch))]);
    const nodes = [...top.proof, bytesToHex(branch), bytesToHex(leaf)];
    expect(await readCode(top.root, 0, nodes)).toBe('EVIDENCE_PROOF_INVALID');
  });

  it('is refused where it is not RLP, or not in its shortest form', async () => {
    const texts: readonly Hex[] = [
      '0x',
      '0x80',
      '0x07',
      '0xc0',
      '0xf800',
      concatHex([numberToHex(0xf9, { size: 1 }), '0x0003', '0xc20707']),
      concatHex([...Array.from({ length: 900 }, (): Hex => '0xc1'), '0xc0']),
    ];
    for (const text of texts) {
      expect(await readCode(keccak256(text), 0, [text])).toBe('EVIDENCE_PROOF_INVALID');
    }
    const good = RLP.encode([even, value]);
    const padded = concatHex([bytesToHex(good), '0x00']);
    expect(await readCode(keccak256(padded), 0, [padded])).toBe('EVIDENCE_PROOF_INVALID');
    // The value 7 as one byte behind a length, which it does not need.
    const body = concatHex([bytesToHex(RLP.encode(even)), '0x8107']);
    const long = concatHex([numberToHex(0xc0 + (body.length - 2) / 2, { size: 1 }), body]);
    expect(await readCode(keccak256(long), 0, [long])).toBe('EVIDENCE_PROOF_INVALID');
  });
});
