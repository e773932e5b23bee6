/** The fields of a block header, hashes in the order that RPC and explorers show them. */
export interface BlockHeaderFields {
  readonly version: number;
  /** Null for the genesis block. */
  readonly previousHash: string | null;
  readonly merkleRoot: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly bits: number;
  readonly nonce: number;
}

/** The 80 bytes of a block header; their double SHA-256 is the block's hash. */
export function serializeBlockHeader(header: BlockHeaderFields): Buffer {
  const bytes = Buffer.alloc(80);
  bytes.writeUInt32LE(header.version >>> 0, 0);
  if (header.previousHash !== null) reversed(header.previousHash).copy(bytes, 4);
  reversed(header.merkleRoot).copy(bytes, 36);
  bytes.writeUInt32LE(header.time, 68);
  bytes.writeUInt32LE(header.bits, 72);
  bytes.writeUInt32LE(header.nonce, 76);
  return bytes;
}

function reversed(hex: string): Buffer {
  return Buffer.from(hex, 'hex').reverse();
}
