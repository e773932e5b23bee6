import { concatBytes } from '@noble/hashes/utils.js';
import { checkEcdsa, decodeEcdsaSignature } from './checkEcdsa.ts';
import { ControlError, notUnderstood } from './errors.ts';
import { hash160 } from './hash.ts';
import { sameBytes } from './sameBytes.ts';

/** The script of P2PKH, and the script code of P2WPKH (BIP-143). */
export function keyHashScript(keyHash: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x76, 0xa9, 20), keyHash, Uint8Array.of(0x88, 0xac));
}

/**
 * Checks a signature and a key, as pushed for P2PKH or P2WPKH, against the key hash and the sighash.
 *
 * @throws ControlError CONTROL_SIGNATURE_INVALID, CONTROL_SIGNATURE_NOT_CANONICAL
 */
export function verifyKeyHash(
  items: readonly Uint8Array[],
  keyHash: Uint8Array,
  hash: () => Uint8Array,
): void {
  const [signature, key] = items;
  if (signature === undefined || key === undefined || items.length !== 2) {
    throw invalid('does not consist of a signature and a key');
  }
  if (!sameBytes(hash160(key), keyHash)) throw invalid('is by another key than the address has');
  if (signature.length === 0) throw invalid('is empty');
  if (!checkEcdsa(hash(), key, decodeEcdsaSignature(signature))) throw invalid('does not verify');
}

/** SegWit takes compressed keys alone; coins under another cannot be moved by a usual node. */
export function requireCompressed(key: Uint8Array | undefined): void {
  if (key !== undefined && key.length === 65) {
    throw notUnderstood('a SegWit script with an uncompressed key');
  }
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_SIGNATURE_INVALID', `the signature ${what}`);
}
