import { createHash } from 'node:crypto';

/** BIP 37, as Bitcoin Core builds it: the tree in depth, flags from the lowest bit on. */
export function buildMerkleBlock(
  header: Uint8Array,
  txids: readonly string[],
  matched: ReadonlySet<string>,
): Buffer {
  const rows: Buffer[][] = [txids.map((txid) => Buffer.from(txid, 'hex').reverse())];
  for (let row: readonly Buffer[] = rows[0] ?? []; row.length > 1; row = rows.at(-1) ?? []) {
    const next: Buffer[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const left = row[at] ?? Buffer.alloc(32);
      next.push(hash256(Buffer.concat([left, row[at + 1] ?? left])));
    }
    rows.push(next);
  }
  const flags: boolean[] = [];
  const hashes: Buffer[] = [];
  const walk = (level: number, position: number): void => {
    const below = txids.slice(position << level, (position + 1) << level);
    const flag = below.some((txid) => matched.has(txid));
    flags.push(flag);
    if (level === 0 || !flag) {
      hashes.push(rows[level]?.[position] ?? Buffer.alloc(32));
      return;
    }
    walk(level - 1, 2 * position);
    if (2 * position + 1 < (rows[level - 1]?.length ?? 0)) walk(level - 1, 2 * position + 1);
  };
  walk(rows.length - 1, 0);
  return encodeMerkleBlock(header, txids.length, hashes, flags);
}

/** The bytes of `merkleblock`: whatever counts, hashes and flags one wants them to have. */
export function encodeMerkleBlock(
  header: Uint8Array,
  count: number,
  hashes: readonly Buffer[],
  flags: readonly boolean[],
): Buffer {
  const total = Buffer.alloc(4);
  total.writeUInt32LE(count);
  const bits = Buffer.alloc(Math.ceil(flags.length / 8));
  for (const [index, flag] of flags.entries()) {
    if (flag) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return Buffer.concat([
    header,
    total,
    compact(hashes.length),
    ...hashes,
    compact(bits.length),
    bits,
  ]);
}

function compact(value: number): Buffer {
  if (value < 0xfd) return Buffer.from([value]);
  const bytes = Buffer.from([0xfd, 0, 0]);
  bytes.writeUInt16LE(value, 1);
  return bytes;
}

function hash256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();
}
