import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { hexToBytes } from '@noble/hashes/utils.js';
import { ControlError } from './errors.ts';
import { compareBytes } from './sameBytes.ts';

const sighashAll = 0x01;

/** Half of the order of secp256k1: s above it is the mirrored form that BIP-62 rules out. */
const halfOrder = hexToBytes('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');

/**
 * r and s, 32 bytes each, of an ECDSA signature as it stands in a script: strict DER (BIP-66), s in
 * its low half (BIP-62), and the sighash flag ALL behind it, which BIP-322 demands.
 *
 * @throws ControlError CONTROL_SIGNATURE_NOT_CANONICAL
 */
export function decodeEcdsaSignature(signature: Uint8Array): Uint8Array {
  const size = signature.length;
  if (size < 9 || size > 73) throw notCanonical('has no strict DER form');
  const rLength = signature[3] ?? 0;
  const sLength = signature[5 + rLength] ?? 0;
  const isSequence =
    signature[0] === 0x30 && signature[1] === size - 3 && rLength + sLength + 7 === size;
  if (!isSequence) throw notCanonical('has no strict DER form');
  const compact = new Uint8Array(64);
  placeInteger(signature, 2, compact, 32);
  placeInteger(signature, 4 + rLength, compact, 64);
  if (signature[size - 1] !== sighashAll) throw notCanonical('has another sighash flag than ALL');
  requireLowS(compact);
  return compact;
}

/**
 * Refuses a signature (r and s) whose s is in the upper half of the order.
 *
 * @throws ControlError CONTROL_SIGNATURE_NOT_CANONICAL
 */
export function requireLowS(compact: Uint8Array): void {
  if (compareBytes(compact.subarray(32), halfOrder) > 0) throw notCanonical('has a high s');
}

/** Whether r and s verify for a hash and a key; a key that is none verifies nothing. */
export function checkEcdsa(hash: Uint8Array, key: Uint8Array, compact: Uint8Array): boolean {
  try {
    return secp256k1.verify(hash, key, compact);
  } catch {
    return false;
  }
}

/** Copies the DER integer at `from` so that it ends at `end`. */
function placeInteger(from: Uint8Array, at: number, to: Uint8Array, end: number): void {
  const length = from[at + 1] ?? 0;
  const first = from[at + 2] ?? 0;
  const isMinimal = first !== 0 || length === 1 || (from[at + 3] ?? 0) >= 0x80;
  if (from[at] !== 0x02 || length === 0 || first >= 0x80 || !isMinimal) {
    throw notCanonical('has no strict DER form');
  }
  const digits = from.subarray(first === 0 ? at + 3 : at + 2, at + 2 + length);
  if (digits.length > 32) throw notCanonical('has no strict DER form');
  to.set(digits, end - digits.length);
}

function notCanonical(what: string): ControlError {
  return new ControlError('CONTROL_SIGNATURE_NOT_CANONICAL', `a signature ${what}`);
}
