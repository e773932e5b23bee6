import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Bits of regtest: every second hash meets them. */
export const easiestBits = 0x207f_ffff;

const vectorFile = new URL('../vectors/bitcoin/mainnet-block-702861.json', import.meta.url);
const Vector = z.object({
  height: z.int(),
  header: z.string(),
  transactionIds: z.string(),
  transactions: z.array(z.object({ position: z.int(), bytes: z.string() })),
});

/** A block of the main network, as far as the vectors have it. */
export function readMainnetBlock() {
  const vector = Vector.parse(JSON.parse(readFileSync(vectorFile, 'utf8')));
  const ids = Buffer.from(vector.transactionIds, 'base64');
  return {
    height: vector.height,
    header: Uint8Array.from(Buffer.from(vector.header, 'hex')),
    ids: Array.from({ length: ids.length / 32 }, (_, index) =>
      Uint8Array.from(ids.subarray(index * 32, index * 32 + 32)),
    ),
    transactions: vector.transactions.map(({ position, bytes }) => ({
      position,
      transaction: Uint8Array.from(Buffer.from(bytes, 'hex')),
    })),
  };
}

export function sha256d(bytes: Uint8Array): Uint8Array {
  const once = createHash('sha256').update(bytes).digest();
  return Uint8Array.from(createHash('sha256').update(once).digest());
}

/** A transaction without witnesses and with one input, which spends nothing that exists. */
export function makeTransaction(
  outputs: readonly { readonly sats: bigint; readonly script: string }[],
  seed: string,
  inputScript = '',
): Uint8Array {
  const amount = (sats: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(sats);
    return bytes;
  };
  const text = (hex: string) => Buffer.concat([Buffer.of(hex.length / 2), Buffer.from(hex, 'hex')]);
  return Uint8Array.from(
    Buffer.concat([
      Buffer.from('02000000', 'hex'),
      Buffer.of(1),
      createHash('sha256').update(seed).digest(),
      Buffer.alloc(4),
      text(inputScript),
      Buffer.from('ffffffff', 'hex'),
      Buffer.of(outputs.length),
      ...outputs.flatMap(({ sats, script }) => [amount(sats), text(script)]),
      Buffer.alloc(4),
    ]),
  );
}

/** A coinbase without its witness: what its script has first, and an output of nothing. */
export function makeCoinbase(script: string): Uint8Array {
  const input = Buffer.concat([Buffer.alloc(32), Buffer.from('ffffffff', 'hex')]);
  const transaction = Buffer.from(makeTransaction([{ sats: 0n, script: '6a' }], '', script));
  input.copy(transaction, 5);
  return Uint8Array.from(transaction);
}

/** The rows of a Merkle tree, from the leaves to the root. */
function merkleRows(leaves: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  const rows = [leaves];
  for (let row = leaves; row.length > 1; ) {
    const from = row;
    row = Array.from({ length: Math.ceil(from.length / 2) }, (_, index) => {
      const left = from[index * 2] ?? new Uint8Array();
      return sha256d(Buffer.concat([left, from[index * 2 + 1] ?? left]));
    });
    rows.push(row);
  }
  return rows;
}

export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return merkleRows(leaves).at(-1)?.[0] ?? new Uint8Array();
}

/** The siblings of a leaf, upwards, one after the other. */
export function merkleBranch(leaves: readonly Uint8Array[], position: number): Uint8Array {
  const siblings = merkleRows(leaves)
    .slice(0, -1)
    .map((row, level) => {
      const place = Math.floor(position / 2 ** level);
      return row[place ^ 1] ?? row[place] ?? new Uint8Array();
    });
  return Uint8Array.from(Buffer.concat(siblings));
}

export interface HeaderFields {
  readonly previous: Uint8Array;
  readonly root?: Uint8Array;
  readonly time: number;
  readonly bits?: number;
}

/** A header whose hash meets its bits, or with `work: false` one whose hash does not. */
export function mineHeader(
  { previous, root = new Uint8Array(32), time, bits = easiestBits }: HeaderFields,
  { work = true } = {},
): Uint8Array {
  const header = Buffer.alloc(80);
  header.writeUInt32LE(0x2000_0000, 0);
  header.set(previous, 4);
  header.set(root, 36);
  header.writeUInt32LE(time, 68);
  header.writeUInt32LE(bits, 72);
  const target = BigInt(bits & 0x7f_ffff) << BigInt(8 * ((bits >>> 24) - 3));
  for (let nonce = 0; ; nonce += 1) {
    header.writeUInt32LE(nonce, 76);
    const hash = BigInt(`0x${Buffer.from(sha256d(header)).reverse().toString('hex')}`);
    if (hash <= target === work) return Uint8Array.from(header);
  }
}

/** Regtest's first header. */
export const regtestGenesis = genesisHeader(1_296_688_602, 0x207f_ffff, 2);
/** The main network's first header, and the one after it. */
export const mainnetGenesis = genesisHeader(1_231_006_505, 0x1d00_ffff, 2_083_236_893);
export const mainnetSecond = Uint8Array.from(
  Buffer.concat([
    Buffer.from('01000000', 'hex'),
    sha256d(mainnetGenesis),
    Buffer.from(
      '0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098',
      'hex',
    ).reverse(),
    uint32(1_231_469_665),
    uint32(0x1d00_ffff),
    uint32(2_573_394_689),
  ]),
);

function genesisHeader(time: number, bits: number, nonce: number): Uint8Array {
  const root = '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b';
  return Uint8Array.from(
    Buffer.concat([
      Buffer.from('01000000', 'hex'),
      Buffer.alloc(32),
      Buffer.from(root, 'hex').reverse(),
      uint32(time),
      uint32(bits),
      uint32(nonce),
    ]),
  );
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A chain of headers on regtest's first: `count` of them in all, the last at this time, but for `times`. */
export function mineChain(
  count: number,
  lastTime: number,
  roots: ReadonlyMap<number, Uint8Array> = new Map(),
  times: ReadonlyMap<number, number> = new Map(),
): Uint8Array[] {
  const headers = [regtestGenesis];
  for (let height = 1; height < count; height += 1) {
    const root = roots.get(height);
    headers.push(
      mineHeader({
        previous: sha256d(headers[height - 1] ?? regtestGenesis),
        ...(root && { root }),
        time: times.get(height) ?? lastTime - 600 * (count - 1 - height),
      }),
    );
  }
  return headers;
}
