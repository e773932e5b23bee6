import { bytesToHex } from '@noble/hashes/utils.js';

/** What a block's hash must not exceed. */
export interface Target {
  readonly value: bigint;
  /** The same as 32 bytes, most significant first. */
  readonly bytes: Uint8Array;
}

/**
 * The target that the `bits` of a header stand for, by the rules of Bitcoin Core's `SetCompact`; null
 * where it is negative, zero or more than 256 bits long, so that no hash could meet it.
 */
export function decodeTarget(bits: number): Target | null {
  const size = bits >>> 24;
  const digits = bits & 0x007f_ffff;
  const word = size <= 3 ? digits >>> (8 * (3 - size)) : digits;
  const isNegative = word !== 0 && (bits & 0x0080_0000) !== 0;
  const isTooLong = size > 34 || (word > 0xff && size > 33) || (word > 0xffff && size > 32);
  if (word === 0 || isNegative || isTooLong) return null;
  const value = size <= 3 ? BigInt(word) : BigInt(word) << BigInt(8 * (size - 3));
  const bytes = Uint8Array.from({ length: 32 }, (_, index) =>
    Number((value >> BigInt(8 * (31 - index))) & 0xffn),
  );
  return { value, bytes };
}

/** The `bits` of a target, rounded down to what they can hold: Bitcoin Core's `GetCompact`. */
export function encodeTarget(value: bigint): number {
  let size = value === 0n ? 0 : Math.ceil(value.toString(16).length / 2);
  let word = Number(size <= 3 ? value << BigInt(8 * (3 - size)) : value >> BigInt(8 * (size - 3)));
  if ((word & 0x0080_0000) !== 0) {
    word >>>= 8;
    size += 1;
  }
  return ((size << 24) | word) >>> 0;
}

/** How many hashes it takes on average to meet a target. */
export function workOf({ value }: Target): bigint {
  return (1n << 256n) / (value + 1n);
}

/** The bits of a header as people write them. */
export function formatBits(bits: number): string {
  return bytesToHex(Uint8Array.of(bits >>> 24, bits >>> 16, bits >>> 8, bits));
}
