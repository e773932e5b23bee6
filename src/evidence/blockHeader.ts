import { bytesToHex } from '@noble/hashes/utils.js';
import type { Target } from './compactTarget.ts';

/** The length of a block header. */
export const headerLength = 80;

/** A block header; hashes in the byte order in which they are hashed, as views of the header. */
export interface BlockHeader {
  readonly previousHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  readonly bits: number;
}

/** The fields of 80 header bytes; any 80 bytes are a header by form. */
export function parseBlockHeader(bytes: Uint8Array): BlockHeader {
  if (bytes.length !== headerLength) throw new RangeError('a block header has 80 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  return {
    previousHash: bytes.subarray(4, 36),
    merkleRoot: bytes.subarray(36, 68),
    time: view.getUint32(68, true),
    bits: view.getUint32(72, true),
  };
}

/** Whether a header's hash, as a little-endian number, is at or below its target. */
export function meetsTarget(hash: Uint8Array, { bytes }: Target): boolean {
  for (let index = 0; index < 32; index += 1) {
    const difference = (hash[31 - index] ?? 0) - (bytes[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** A hash as RPC and explorers show it. */
export function showHash(hash: Uint8Array): string {
  return bytesToHex(hash.toReversed());
}
