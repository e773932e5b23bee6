import { sha256 } from '@noble/hashes/sha2.js';
import type { TokenId } from '../../core/caip.ts';
import { decodeBase58, encodeBase58 } from '../base58.ts';
import { tokenAddressInvalid } from '../errors.ts';

/** The first of the 21 bytes of an address of Tron. */
const version = 0x41;
const checksumBytes = 4;

/** An address of Tron in base58check, `T…`, from its 20 bytes. */
export function encodeTronAddress(account: Uint8Array): string {
  const payload = Uint8Array.of(version, ...account);
  return encodeBase58(Uint8Array.of(...payload, ...checksum(payload)));
}

/**
 * Holds the address of a token to the one writing that the registry takes: base58check with the version
 * 0x41. Tron's tools also write addresses in hex; that is an error of its own, which says the base58.
 *
 * @throws AssayError TOKEN_ID_INVALID
 */
export function checkTronAddress(token: TokenId, address: string): void {
  const hex = /^(?:0x)?(?:41)?([0-9a-f]{40})$/i.exec(address)?.[1];
  if (hex !== undefined) {
    const base58 = encodeTronAddress(Uint8Array.from(Buffer.from(hex, 'hex')));
    throw tokenAddressInvalid(token, 'has an address in hex', `Write it in base58: ${base58}.`);
  }
  const bytes = decodeBase58(address);
  const fix = 'Write the address in base58check, as T and 33 more characters.';
  if (bytes?.length !== 21 + checksumBytes) {
    throw tokenAddressInvalid(token, 'has no address of Tron', fix);
  }
  const payload = bytes.subarray(0, -checksumBytes);
  const expected = checksum(payload);
  if (!bytes.subarray(-checksumBytes).every((byte, index) => byte === expected[index])) {
    throw tokenAddressInvalid(token, 'has an address with a wrong checksum', fix);
  }
  if (payload[0] !== version) {
    throw tokenAddressInvalid(token, "has an address of another network's version", fix);
  }
}

/** The 20 bytes of an address of Tron in base58check; undefined if it is none. */
export function decodeTronAddress(address: string): Uint8Array | undefined {
  const bytes = decodeBase58(address);
  if (bytes?.length !== 21 + checksumBytes || bytes[0] !== version) return undefined;
  const account = bytes.slice(1, -checksumBytes);
  return encodeTronAddress(account) === address ? account : undefined;
}

function checksum(payload: Uint8Array): Uint8Array {
  return sha256(sha256(payload)).subarray(0, checksumBytes);
}
