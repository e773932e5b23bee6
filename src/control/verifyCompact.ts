import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { requireLowS } from './checkEcdsa.ts';
import { classifyScript } from './classifyScript.ts';
import { compactSize } from './compactSize.ts';
import { encodeMessage } from './encodeMessage.ts';
import { ControlError, notUnderstood } from './errors.ts';
import { hash160, hash256 } from './hash.ts';
import { sameBytes } from './sameBytes.ts';

type HeaderKind = 'uncompressed' | 'compressed' | 'p2sh-p2wpkh' | 'p2wpkh';

const compactLength = 65;
const headerKinds: readonly HeaderKind[] = ['uncompressed', 'compressed', 'p2sh-p2wpkh', 'p2wpkh'];
const recoveryIds = [0, 1, 2, 3] as const;

/** The hash that "Bitcoin Signed Message" signs. */
export function hashSignedMessage(message: string): Uint8Array {
  const text = encodeMessage(message);
  const magic = utf8ToBytes('\x18Bitcoin Signed Message:\n');
  return hash256(concatBytes(magic, compactSize(text.length), text));
}

/** Whether bytes have the form of a compact signature: 65 bytes, a header from 27 to 42. */
export function isCompact(bytes: Uint8Array): boolean {
  const [header = 0] = bytes;
  return bytes.length === compactLength && header >= 27 && header <= 42;
}

/** The key that a compact signature gives, and the kind of address that its header names. */
export interface RecoveredKey {
  readonly key: Uint8Array;
  readonly kind: HeaderKind;
}

/**
 * The key that signed a message by BIP-137 or the older form without SegWit headers.
 *
 * @throws ControlError CONTROL_ENCODING_INVALID, CONTROL_SIGNATURE_INVALID,
 * CONTROL_SIGNATURE_NOT_CANONICAL
 */
export function recoverKey(message: string, bytes: Uint8Array): RecoveredKey {
  const header = (bytes[0] ?? 0) - 27;
  const kind = headerKinds[header >> 2];
  const recoveryId = recoveryIds[header & 3];
  if (!isCompact(bytes) || kind === undefined || recoveryId === undefined) {
    throw new ControlError('CONTROL_ENCODING_INVALID', 'the signature is no compact signature');
  }
  const compact = bytes.subarray(1);
  requireLowS(compact);
  const key = recover(hashSignedMessage(message), compact, recoveryId, kind !== 'uncompressed');
  if (!key) throw invalid('gives no key');
  return { key, kind };
}

/**
 * Checks a compact signature for an address: BIP-137's headers, and also the header of a compressed
 * key for a SegWit address, as wallets of before BIP-137 (and Electrum) write it. The key must be the
 * one that the address commits to, whatever the header says.
 *
 * @throws ControlError with the rule that it breaks
 */
export function verifyCompact(script: Uint8Array, message: string, bytes: Uint8Array): void {
  const { key, kind } = recoverKey(message, bytes);
  const keyHash = hash160(key);
  const output = classifyScript(script);
  switch (output.kind) {
    case 'p2pkh':
      requireKind(kind, ['uncompressed', 'compressed']);
      requireHash(keyHash, output.program);
      return;
    case 'p2wpkh':
      requireKind(kind, ['compressed', 'p2wpkh']);
      requireHash(keyHash, output.program);
      return;
    case 'p2sh': {
      requireKind(kind, ['compressed', 'p2sh-p2wpkh']);
      const nested = concatBytes(Uint8Array.of(0x00, 20), keyHash);
      requireHash(hash160(nested), output.program);
      return;
    }
    default:
      throw notUnderstood('a compact signature for an address that is of no single key hash');
  }
}

function requireKind(kind: HeaderKind, allowed: readonly HeaderKind[]): void {
  if (!allowed.includes(kind)) throw invalid('names another kind of address in its header');
}

function requireHash(hash: Uint8Array, program: Uint8Array): void {
  if (!sameBytes(hash, program)) throw invalid('does not verify for this address and message');
}

function recover(
  hash: Uint8Array,
  compact: Uint8Array,
  recoveryId: 0 | 1 | 2 | 3,
  isCompressed: boolean,
): Uint8Array | null {
  try {
    return secp256k1.recover(hash, compact, recoveryId, isCompressed);
  } catch {
    return null;
  }
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_SIGNATURE_INVALID', `the compact signature ${what}`);
}
