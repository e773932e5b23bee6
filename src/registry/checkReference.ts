import { address as bitcoinAddress } from 'bitcoinjs-lib';
import { getAddress, isAddress } from 'viem/utils';
import { decodeTokenReference } from './tokenReference.ts';

/** What is wrong with the address, mint or denomination that a CAIP identifier ends in, or null. */
export type ReferenceCheck = (reference: string) => string | null;

/** EIP-55. */
export function checkEvmAddress(reference: string): string | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(reference)) return 'has no address of 0x and 40 hex digits';
  if (/^0x0{40}$/.test(reference)) return 'has the zero address';
  if (isAddress(reference, { strict: true }) && getAddress(reference) === reference) return null;
  return 'has a wrong or missing EIP-55 checksum';
}

/** 32 bytes in base58, which has no checksum of its own. */
export function checkSolanaMint(reference: string): string | null {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const digits = [...reference].map((digit) => alphabet.indexOf(digit));
  if (digits.length > 44 || digits.includes(-1)) return 'has no mint in base58';
  const value = digits.reduce((sum, digit) => sum * 58n + BigInt(digit), 0n);
  const zeroBytes = /^1*/.exec(reference)?.[0].length ?? 0;
  const valueBytes = value === 0n ? 0 : Math.ceil(value.toString(16).length / 2);
  return zeroBytes + valueBytes === 32 ? null : 'has no mint of 32 bytes';
}

/** Base58check with version 0x41. */
export function checkTronAddress(reference: string): string | null {
  try {
    if (bitcoinAddress.fromBase58Check(reference).version === 0x41) return null;
    return "has no Tron address: its version byte is another network's";
  } catch {
    return 'has a Tron address with a wrong checksum or form';
  }
}

/** `0x…::module::Name` with all 64 digits of the package, percent-encoded. */
export function checkMoveType(reference: string): string | null {
  const type = decodeTokenReference(reference);
  if (type === null) return notEncoded;
  return /^0x[0-9a-f]{64}::[A-Za-z]\w*::[A-Za-z]\w*$/.test(type)
    ? null
    : 'has no coin type 0x…::module::Name with all 64 hex digits of the package in lower case';
}

export function checkMoveObject(reference: string): string | null {
  return /^0x[0-9a-f]{64}$/.test(reference)
    ? null
    : 'has no metadata object of 0x and 64 hex digits in lower case';
}

/** A denomination of the Cosmos SDK, percent-encoded. */
export function checkCosmosDenom(reference: string): string | null {
  const denom = decodeTokenReference(reference);
  if (denom === null) return notEncoded;
  return /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/.test(denom) ? null : 'has no Cosmos denomination';
}

/** A field element below 2^251, all 64 hex digits. */
export function checkStarknetAddress(reference: string): string | null {
  return /^0x0[0-7][0-9a-f]{62}$/.test(reference)
    ? null
    : 'has no contract address of 0x and 64 hex digits in lower case';
}

/** A coin type of SLIP-44, for what a chain itself counts rather than a contract. */
export function checkCoinType(reference: string): string | null {
  return /^(?:0|[1-9]\d{0,9})$/.test(reference) ? null : 'has no coin type of SLIP-44';
}

const notEncoded =
  'has a reference that is not percent-encoded in the one way: all but -.0-9A-Za-z, in capital hex digits';
