import { hexToBytes } from '@noble/hashes/utils.js';
import { address as bitcoinAddress } from 'bitcoinjs-lib';
import { getAddress, isAddress } from 'viem/utils';
import { decodeTokenReference, encodeTokenReference } from './tokenReference.ts';

/** What is wrong with the address, mint or denomination that a CAIP identifier ends in, or null. */
export type ReferenceCheck = (reference: string) => string | null;

/** The one writing of the chains of each namespace that assay knows: CAIP-2 and its profiles. */
const chainForms: Readonly<Record<string, readonly [pattern: RegExp, fault: string]>> = {
  eip155: [/^[1-9]\d*$/, 'has a chain id that is not a decimal number without leading zeros'],
  solana: [
    /^[1-9A-HJ-NP-Za-km-z]{32}$/,
    'has a chain that is not the first 32 characters of the genesis hash',
  ],
  sui: [/^(?:mainnet|testnet|devnet)$/, 'has a chain that is not mainnet, testnet or devnet'],
  aptos: [/^[1-9]\d{0,2}$/, 'has a chain id that is not a number from 1 to 255'],
  tron: [
    /^0x[0-9a-f]{8}$/,
    "has a chain that is not 0x and the last 8 hex digits of the genesis block's id",
  ],
  cosmos: [/^[-a-zA-Z0-9]+$/, "has a chain that is not the chain's own id"],
};

/** What is wrong with a chain, or null; of other namespaces nothing is known. */
export function checkChain(namespace: string, reference: string): string | null {
  const [pattern, fault] = chainForms[namespace] ?? [];
  if (pattern === undefined || fault === undefined || pattern.test(reference)) return null;
  // CAIP-2's profile of Tron has the same digits as a decimal number.
  const digits = /^[1-9]\d{0,9}$/.test(reference) ? Number(reference).toString(16) : '';
  const isTron = namespace === 'tron' && digits !== '' && digits.length <= 8;
  return isTron ? `${fault}; write tron:0x${digits.padStart(8, '0')}` : fault;
}

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

/** The first of the 21 bytes of a Tron address. */
const tronVersion = 0x41;

/** Base58check with version 0x41; Tron's tools also write the 20 bytes in hex, with or without it. */
export function checkTronAddress(reference: string): string | null {
  const hex = /^(?:0x)?(?:41)?([0-9a-f]{40})$/i.exec(reference)?.[1];
  if (hex !== undefined) {
    const base58 = bitcoinAddress.toBase58Check(hexToBytes(hex), tronVersion);
    return `has a Tron address in hex; write it in base58, ${base58}`;
  }
  if (!/^[1-9A-HJ-NP-Za-km-z]{25,35}$/.test(reference)) {
    return 'has no Tron address in base58 of T and 33 more characters';
  }
  try {
    if (bitcoinAddress.fromBase58Check(reference).version === tronVersion) return null;
    return "has no Tron address: its version byte is another network's";
  } catch {
    return 'has a Tron address with a wrong checksum';
  }
}

/** `0x…::module::Name` with all 64 digits of the package, percent-encoded. */
export function checkMoveType(reference: string): string | null {
  const type = decodeTokenReference(reference);
  if (type === null) return describeEncoding(reference);
  if (/^0x[0-9a-f]{64}::[A-Za-z]\w*::[A-Za-z]\w*$/.test(type)) return null;
  const [, digits, name] = /^(?:0x)?([0-9a-f]{1,64})((?:::[A-Za-z]\w*){2})$/i.exec(type) ?? [];
  return digits === undefined || name === undefined
    ? 'has no coin type 0x…::module::Name with all 64 hex digits of the package in lower case'
    : `has a coin type whose package is not 0x and all 64 hex digits in lower case; write ${encodeTokenReference(padAddress(digits) + name)}`;
}

export function checkMoveObject(reference: string): string | null {
  if (/^0x[0-9a-f]{64}$/.test(reference)) return null;
  const digits = /^(?:0x)?([0-9a-f]{1,64})$/i.exec(reference)?.[1];
  const fault = 'has no address of 0x and all 64 hex digits in lower case';
  return digits === undefined ? fault : `${fault}; write ${padAddress(digits)}`;
}

/** An address of Sui or Aptos in the one writing of many that the registry takes. */
function padAddress(digits: string): string {
  return `0x${digits.toLowerCase().padStart(64, '0')}`;
}

/** A denomination of the Cosmos SDK, percent-encoded. */
export function checkCosmosDenom(reference: string): string | null {
  const denom = decodeTokenReference(reference);
  if (denom === null) return describeEncoding(reference);
  if (!/^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/.test(denom)) return 'has no Cosmos denomination';
  // ICS-20: the SHA-256 of the path that the tokens came by, as ibc-go writes it.
  if (!/^ibc\//i.test(denom) || /^ibc\/[0-9A-F]{64}$/.test(denom)) return null;
  return 'has an IBC denomination that is not ibc/ and 64 hex digits in capitals';
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

function describeEncoding(reference: string): string {
  const rule = 'all but -.0-9A-Za-z as % and two capital hex digits';
  const fault = `has a reference that is not percent-encoded in the one way: ${rule}`;
  try {
    return `${fault}; write ${encodeTokenReference(decodeURIComponent(reference))}`;
  } catch {
    return fault;
  }
}
