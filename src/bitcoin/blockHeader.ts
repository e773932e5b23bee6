import { UnixTime } from '../core/unixTime.ts';
import { hash256 } from './hash256.ts';

/** A block header as serialised has so many bytes. */
export const headerBytes = 80;

/** What assay reads of a serialised block header. */
export interface BlockHeader {
  /** In the order that RPC and explorers show it: computed, so that it cannot be another's. */
  readonly hash: string;
  readonly time: UnixTime;
  /** In the order in which it is hashed. */
  readonly merkleRoot: Uint8Array;
}

/** Reads 80 bytes, or undefined for any other number of them. */
export function parseBlockHeader(bytes: Uint8Array): BlockHeader | undefined {
  if (bytes.length !== headerBytes) return undefined;
  const buffer = Buffer.from(bytes);
  return {
    hash: hash256(buffer).reverse().toString('hex'),
    time: UnixTime(buffer.readUInt32LE(68)),
    merkleRoot: Uint8Array.from(buffer.subarray(36, 68)),
  };
}
