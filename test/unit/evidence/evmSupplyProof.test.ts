import { readFileSync } from 'node:fs';
import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, type Hex, hexToBytes, keccak256, numberToHex, toRlp } from 'viem';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeEvmHeader } from '../../../src/evidence/evmHeader.ts';
import { readStorageRoot } from '../../../src/evidence/evmState.ts';
import { SupplyProof, verifySupplyProof } from '../../../src/evidence/evmSupplyProof.ts';
import { emptyTrieRoot } from '../../../src/evidence/evmTrie.ts';
import { encodeBlockHeader } from '../../../src/supply/evm/encodeBlockHeader.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';

type StorageProof = Extract<SupplyProof, { kind: 'storage' }>;

const hex = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]+$/)]);
const { block, accounts } = z
  .object({
    block: z.object({ hash: hex, number: hex, timestamp: hex, stateRoot: hex }).loose(),
    accounts: z.array(
      z.object({ address: hex, storageRoot: hex, accountProof: z.array(hex) }).loose(),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../../vectors/ethereum/account-proofs.json', import.meta.url), 'utf8'),
    ),
  );
const [noCode, contract] = accounts;
const mainnetHeader = encodeBlockHeader(block, block.hash) ?? '0x';

const address = '0x2260fac5e5542a773aa44fbcfedf7c193bc2c599';
const slot = (index: number): Hex => numberToHex(index, { size: 32 });
const minimal = (value: bigint) => hexToBytes(value === 0n ? '0x' : numberToHex(value));

/** A state of two accounts, of which one is a token that has these slots, in a block of its own. */
async function makeProof(
  change: {
    readonly slots?: Readonly<Record<number, Uint8Array>>;
    readonly account?: (storageRoot: Uint8Array) => readonly Uint8Array[];
    readonly amount?: string;
    readonly extra?: readonly Hex[];
    readonly at?: number;
    readonly of?: Hex;
  } = {},
): Promise<StorageProof> {
  const {
    slots = { 1: RLP.encode(minimal(0x100n)), 2: RLP.encode(minimal(123_456_789n)) },
    amount = '123456789',
    extra = [],
    at = 2,
    of = address,
    account = (storageRoot) => [
      minimal(1n),
      minimal(0n),
      storageRoot,
      hexToBytes(keccak256('0x6000')),
    ],
  } = change;
  const storage = await createMPT({ useKeyHashing: true });
  for (const [index, value] of Object.entries(slots)) {
    await storage.put(hexToBytes(slot(Number(index))), value);
  }
  const state = await createMPT({ useKeyHashing: true });
  await state.put(hexToBytes(address), RLP.encode([...account(storage.root())]));
  await state.put(
    hexToBytes(`0x${'01'.repeat(20)}`),
    Uint8Array.from({ length: 40 }, () => 1),
  );
  const header = makeHeader(bytesToHex(state.root()), extra);
  const nodes = async (trie: typeof state, key: Hex) =>
    (await createMerkleProof(trie, hexToBytes(key))).map((node) => bytesToHex(node));
  return {
    kind: 'storage',
    token: `eip155:1/erc20:${of}`,
    point: { chain: 'eip155:1', height: 1000, hash: keccak256(header), time: 1_700_000_000 },
    amount,
    decimals: 8,
    header,
    accountProof: await nodes(state, of),
    slot: slot(at),
    storageProof:
      bytesToHex(storage.root()) === emptyTrieRoot ? [] : await nodes(storage, slot(at)),
  };
}

function headerFields(stateRoot: Hex): Hex[] {
  const root = keccak256('0x01');
  const roots: Hex[] = [root, root, address, stateRoot, root, root];
  const bloom: Hex = `0x${'00'.repeat(256)}`;
  const numbers: Hex[] = ['0x', '0x03e8', '0x01c9c380', '0x', '0x6553f100'];
  return [...roots, bloom, ...numbers, '0x6173736179', root, '0x0000000000000000'];
}

function makeHeader(stateRoot: Hex, extra: readonly Hex[] = []): Hex {
  return toRlp([...headerFields(stateRoot), ...extra]);
}

describe('a proof of a supply', () => {
  it('shows the amount from the hash of the block alone', async () => {
    expect(await verifySupplyProof(await makeProof())).toEqual({
      proven: true,
      headerProven: true,
      amount: 123_456_789n,
    });
  });

  it('shows that an empty slot, and a contract that keeps nothing, have 0', async () => {
    for (const proof of [
      await makeProof({ at: 9, amount: '0' }),
      await makeProof({ slots: {}, amount: '0' }),
    ]) {
      expect(await verifySupplyProof(proof)).toMatchObject({ proven: true, amount: 0n });
      const cut = { ...proof, storageProof: proof.storageProof.slice(0, -1) };
      if (proof.storageProof.length > 0) {
        expect(await rejectionCode(() => verifySupplyProof(cut))).toBe('EVIDENCE_PROOF_INVALID');
      }
    }
  });

  it('does not take an exclusion for a value, or a value for 0', async () => {
    for (const change of [{ at: 9 }, { amount: '0' }, { amount: '123456788' }]) {
      const proof = await makeProof(change);
      const error = await rejection(() => verifySupplyProof(proof));
      expect(error.code).toBe('EVIDENCE_PROOF_INVALID');
    }
    const error = await rejection(async () => verifySupplyProof(await makeProof({ amount: '7' })));
    expect(error.message).toBe(`slot 2 of eip155:1/erc20:${address} has 123456789, not 7`);
  });

  it('takes headers of 15 to 21 fields, and of later forks', async () => {
    for (const count of [0, 1, 2, 4, 5, 6, 9]) {
      const extra = Array.from({ length: count }, (): Hex => keccak256('0x02'));
      expect(await verifySupplyProof(await makeProof({ extra }))).toMatchObject({ proven: true });
    }
  });

  it('takes the highest amount there is, and no other one for it', async () => {
    const most = 2n ** 256n - 1n;
    const slots = { 2: RLP.encode(minimal(most)) };
    expect(await verifySupplyProof(await makeProof({ slots, amount: `${most}` }))).toEqual({
      proven: true,
      headerProven: true,
      amount: most,
    });
    const proof = await makeProof({ slots, amount: `${most + 1n}` });
    expect(await rejectionCode(() => verifySupplyProof(proof))).toBe('EVIDENCE_PROOF_INVALID');
  });

  it('refuses an absent account, one without code, and what is no account', async () => {
    const absent = await makeProof({ of: `0x${'77'.repeat(20)}` });
    expect((await rejection(() => verifySupplyProof(absent))).message).toContain(
      'shows that there is no such account',
    );
    const code = hexToBytes(keccak256('0x6000'));
    const accounts: readonly ((root: Uint8Array) => readonly Uint8Array[])[] = [
      (root) => [minimal(1n), minimal(0n), root, hexToBytes(keccak256('0x'))],
      (root) => [minimal(1n), minimal(0n), root],
      (root) => [minimal(1n), minimal(0n), root, code, code],
      (root) => [minimal(1n), minimal(0n), root, code.slice(1)],
      (root) => [Uint8Array.of(0), minimal(0n), root, code],
      (root) => [minimal(1n), new Uint8Array(33).fill(1), root, code],
    ];
    for (const account of accounts) {
      const proof = await makeProof({ account });
      expect(await rejectionCode(() => verifySupplyProof(proof))).toBe('EVIDENCE_PROOF_INVALID');
    }
  });

  it('refuses a slot whose value is not one minimal integer', async () => {
    const values: readonly Uint8Array[] = [
      hexToBytes('0x8407000000').slice(0, 4),
      RLP.encode(hexToBytes('0x00075bcd15')),
      RLP.encode([minimal(123_456_789n)]),
      RLP.encode(new Uint8Array(33).fill(1)),
      hexToBytes('0x80'),
      hexToBytes('0x075bcd15'),
    ];
    for (const value of values) {
      for (const amount of ['123456789', '0', '7']) {
        const proof = await makeProof({ slots: { 2: value }, amount });
        expect(await rejectionCode(() => verifySupplyProof(proof))).toBe('EVIDENCE_PROOF_INVALID');
      }
    }
  });

  it('refuses a header of another block, height or time', async () => {
    const proof = await makeProof();
    const { point } = proof;
    const wrong = [
      { ...point, hash: keccak256('0x09') },
      { ...point, height: 1001 },
      { ...point, time: 1_700_000_001 },
    ];
    for (const other of wrong) {
      expect(await rejectionCode(() => verifySupplyProof({ ...proof, point: other }))).toBe(
        'EVIDENCE_HEADER_INVALID',
      );
    }
  });

  it('refuses what is not in the form of a proof', async () => {
    const proof = await makeProof();
    const forms: readonly unknown[] = [
      null,
      { ...proof, kind: 'other' },
      { ...proof, more: 1 },
      { ...proof, amount: '0123456789' },
      { ...proof, amount: 123456789 },
      { ...proof, slot: '0x02' },
      { ...proof, decimals: 256 },
      { ...proof, header: proof.header.toUpperCase() },
      { ...proof, header: null },
      { ...proof, token: `eip155:1/erc721:${address}` },
      { ...proof, token: `eip155:10/erc20:${address}` },
      { ...proof, accountProof: Array.from({ length: 65 }, () => '0x80') },
      { ...proof, storageProof: [`0x${'00'.repeat(1025)}`] },
      { ...proof, header: `0x${'00'.repeat(8193)}` },
    ];
    for (const form of forms) {
      expect(await rejectionCode(() => verifySupplyProof(form as SupplyProof))).toBe(
        'EVIDENCE_PROOF_INVALID',
      );
    }
    expect(SupplyProof.parse(JSON.parse(JSON.stringify(proof)))).toEqual(proof);
  });
});

describe('a supply that only a call shows', () => {
  it('proves nothing but its header, and not even that without one', async () => {
    const { token, point, amount, decimals, header } = await makeProof();
    const claim = { token, point, amount, decimals, kind: 'call-only' } as const;
    expect(await verifySupplyProof({ ...claim, header })).toEqual({
      proven: false,
      headerProven: true,
      amount: 123_456_789n,
    });
    expect(await verifySupplyProof({ ...claim, header: null })).toEqual({
      proven: false,
      headerProven: false,
      amount: 123_456_789n,
    });
    const other = makeHeader(keccak256('0x03'));
    expect(await rejectionCode(() => verifySupplyProof({ ...claim, header: other }))).toBe(
      'EVIDENCE_HEADER_INVALID',
    );
  });
});

describe('a block header', () => {
  it('is refused if a field is missing, too many, too long, or has leading zeros', async () => {
    const root = keccak256('0x01');
    const fields = headerFields(root);
    const wrong: readonly unknown[][] = [
      fields.slice(0, 14),
      [...fields, ...Array.from({ length: 26 }, () => root)],
      fields.with(3, `${root}00`),
      fields.with(8, '0x0003e8'),
      fields.with(11, `0x01${'00'.repeat(32)}`),
      fields.with(13, '0x'),
      [...fields, [root]],
      fields.map((field, index) => (index === 8 ? [field] : field)),
    ];
    for (const items of wrong) {
      const rlp = toRlp(items as Hex[]);
      expect(await rejectionCode(() => decodeEvmHeader(rlp))).toBe('EVIDENCE_HEADER_INVALID');
    }
    expect(decodeEvmHeader(toRlp(fields))).toMatchObject({ height: 1000n, stateRoot: root });
  });

  it('is refused if it is no RLP, or lists in lists without end', async () => {
    const deep: Hex = `0x${'c1'.repeat(8000)}c0`;
    for (const rlp of ['0x', '0x80', '0xc0', '0xf9ffff', deep] as const) {
      expect(await rejectionCode(() => decodeEvmHeader(rlp))).toBe('EVIDENCE_HEADER_INVALID');
    }
  });
});

describe('block 17463226 of Ethereum mainnet', () => {
  it('has a header that hashes to its hash', () => {
    expect(decodeEvmHeader(mainnetHeader)).toEqual({
      hash: '0x95b85a9841148686e4ee7e8a792f8ed946d1cf95f54f48b417b6f83f5f0126c2',
      height: 17_463_226n,
      time: BigInt(block.timestamp),
      stateRoot: block.stateRoot,
    });
  });

  it('proves the storage root of a contract, and refuses an account without code', async () => {
    expect(
      contract && readStorageRoot(block.stateRoot, contract.address, contract.accountProof),
    ).toBe(contract?.storageRoot);
    const error = await rejection(
      () => noCode && readStorageRoot(block.stateRoot, noCode.address, noCode.accountProof),
    );
    expect(error.code).toBe('EVIDENCE_PROOF_INVALID');
    expect(error.message).toContain('without code');
  });

  it('refuses either proof for the other account', async () => {
    for (const [one, other] of [
      [contract, noCode],
      [noCode, contract],
    ]) {
      const run = () =>
        one && other && readStorageRoot(block.stateRoot, one.address, other.accountProof);
      expect(await rejectionCode(run)).toBe('EVIDENCE_PROOF_INVALID');
    }
  });
});
