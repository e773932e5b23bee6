import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Stacks' base 32: no I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * What is wrong with a contract of Stacks, or null: its deployer in base 32 with checksum (SIP-005),
 * a dot and its name.
 */
export function checkStacksContract(reference: string): string | null {
  const match = /^S([0-9A-HJKMNP-TV-Z]{38,40})\.[a-zA-Z][a-zA-Z0-9-]{0,39}$/.exec(reference);
  if (!match?.[1])
    return "has no contract of the form deployer.name, the deployer in Stacks' base 32";
  const [version = '', ...digits] = match[1];
  const value = digits.reduce((sum, digit) => sum * 32n + BigInt(alphabet.indexOf(digit)), 0n);
  const hex = value.toString(16).padStart(48, '0');
  if (hex.length !== 48) return 'has a deployer that is too long';
  const payload = Uint8Array.of(alphabet.indexOf(version), ...hexToBytes(hex.slice(0, 40)));
  const checksum = bytesToHex(sha256(sha256(payload))).slice(0, 8);
  return checksum === hex.slice(40) ? null : 'has a deployer with a wrong checksum';
}
