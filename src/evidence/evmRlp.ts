import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, type Hex, hexToBytes } from 'viem';

/** What RLP encodes: bytes, or a list of such items. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/**
 * The item that these bytes encode; undefined unless they are exactly one item in its one encoding
 * (Ethereum Yellow Paper, appendix B).
 *
 * @param text of an attacker's choice; its length is for the caller to bound
 */
export function decodeRlp(text: Hex): RlpItem | undefined {
  if (text === '0x') return undefined;
  try {
    const item = RLP.decode(hexToBytes(text));
    return bytesToHex(RLP.encode(item)) === text ? item : undefined;
  } catch {
    // Also a stack that overflows on lists in lists.
    return undefined;
  }
}

/** The whole number in big-endian bytes; undefined unless it is bytes, minimal and of that length. */
export function readRlpInteger(item: RlpItem | undefined, maxBytes: number): bigint | undefined {
  if (!(item instanceof Uint8Array) || item.length > maxBytes || item[0] === 0) return undefined;
  return item.length === 0 ? 0n : BigInt(bytesToHex(item));
}

/** The bytes as hex; undefined unless they are bytes of exactly that length. */
export function readRlpBytes(item: RlpItem | undefined, length: number): Hex | undefined {
  return item instanceof Uint8Array && item.length === length ? bytesToHex(item) : undefined;
}
