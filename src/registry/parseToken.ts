import { address as bitcoinAddress } from 'bitcoinjs-lib';
import { getAddress, isAddress, zeroAddress } from 'viem';
import { AssayError } from '../core/assayError.ts';
import { TokenId, tokenIdParts } from '../core/caip.ts';
import { quoteText } from './printableText.ts';
import { decodeTokenReference } from './tokenReference.ts';

/** What is wrong with a token's reference, or null. */
type ReferenceCheck = (reference: string) => string | null;

/**
 * The forms that assay knows, by CAIP-2 namespace and CAIP-19 standard. CAIP has no profile for the
 * tokens of Sui, Aptos and Cosmos: those forms are our own and described in addresses/README.md.
 */
const forms: Readonly<Record<string, Readonly<Record<string, ReferenceCheck>>>> = {
  eip155: { erc20: checkEvmAddress },
  solana: { token: checkSolanaMint },
  tron: { trc20: checkTronAddress },
  sui: { coin: checkMoveType },
  aptos: { coin: checkMoveType, fungible: checkMoveObject },
  cosmos: { denom: checkCosmosDenom },
  starknet: { erc20: checkStarknetAddress },
};

/**
 * A token identifier in the one writing that the registry takes for its chain, so that equal tokens
 * are equal texts. Chains that assay knows no form for are held to CAIP-19 only.
 *
 * @throws AssayError REGISTRY_TOKEN_INVALID
 */
export function parseToken(text: string): TokenId {
  const token = toTokenId(text);
  const { chain, standard, reference } = tokenIdParts(token);
  const [namespace = '', chainReference = ''] = chain.split(':');
  if (namespace === 'eip155' && !/^[1-9]\d*$/.test(chainReference)) {
    throw invalid(text, 'has a chain id that is not a decimal number without leading zeros');
  }
  const standards = forms[namespace];
  if (!standards) return token;
  const check = standards[standard];
  if (!check) {
    const known = Object.keys(standards).join(' or ');
    throw invalid(text, `has the standard "${standard}"; on ${namespace} it must be ${known}`);
  }
  const fault = check(reference);
  if (fault !== null) throw invalid(text, fault);
  return token;
}

function toTokenId(text: string): TokenId {
  try {
    return TokenId(text);
  } catch (cause) {
    throw invalid(text, 'is not a CAIP-19 token identifier', cause);
  }
}

/** EIP-55. */
function checkEvmAddress(reference: string): string | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(reference)) return 'has no address of 0x and 40 hex digits';
  if (reference.toLowerCase() === zeroAddress) return 'has the zero address';
  if (isAddress(reference, { strict: true }) && getAddress(reference) === reference) return null;
  return 'has a wrong or missing EIP-55 checksum';
}

/** 32 bytes in base58, which has no checksum of its own. */
function checkSolanaMint(reference: string): string | null {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const digits = [...reference].map((digit) => alphabet.indexOf(digit));
  if (digits.length > 44 || digits.includes(-1)) return 'has no mint in base58';
  const value = digits.reduce((sum, digit) => sum * 58n + BigInt(digit), 0n);
  const zeroBytes = /^1*/.exec(reference)?.[0].length ?? 0;
  const valueBytes = value === 0n ? 0 : Math.ceil(value.toString(16).length / 2);
  return zeroBytes + valueBytes === 32 ? null : 'has no mint of 32 bytes';
}

/** Base58check with version 0x41. */
function checkTronAddress(reference: string): string | null {
  try {
    if (bitcoinAddress.fromBase58Check(reference).version === 0x41) return null;
    return "has no Tron address: its version byte is another network's";
  } catch {
    return 'has a Tron address with a wrong checksum or form';
  }
}

/** `0x…::module::Name` with all 64 digits of the package, percent-encoded. */
function checkMoveType(reference: string): string | null {
  const type = decodeTokenReference(reference);
  if (type === null) return notEncoded;
  return /^0x[0-9a-f]{64}::[A-Za-z]\w*::[A-Za-z]\w*$/.test(type)
    ? null
    : 'has no coin type 0x…::module::Name with all 64 hex digits of the package in lower case';
}

function checkMoveObject(reference: string): string | null {
  return /^0x[0-9a-f]{64}$/.test(reference)
    ? null
    : 'has no metadata object of 0x and 64 hex digits in lower case';
}

/** A denomination of the Cosmos SDK, percent-encoded. */
function checkCosmosDenom(reference: string): string | null {
  const denom = decodeTokenReference(reference);
  if (denom === null) return notEncoded;
  return /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/.test(denom) ? null : 'has no Cosmos denomination';
}

/** A field element below 2^251, all 64 hex digits. */
function checkStarknetAddress(reference: string): string | null {
  return /^0x0[0-7][0-9a-f]{62}$/.test(reference)
    ? null
    : 'has no contract address of 0x and 64 hex digits in lower case';
}

const notEncoded =
  'has a reference that is not percent-encoded in the one way: all but -.0-9A-Za-z, in capital hex digits';

function invalid(text: string, what: string, cause?: unknown): AssayError {
  return new AssayError('REGISTRY_TOKEN_INVALID', {
    message: `${quoteText(text)} ${what}`,
    cause,
  });
}
