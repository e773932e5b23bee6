import { ECDH } from 'node:crypto';

const evenPoint = Uint8Array.of(0x02);

/**
 * Whether 32 bytes are the x of a point of secp256k1, and so a key that somebody may sign for
 * (BIP-340, `lift_x`). OpenSSL decides: it is much faster than arithmetic in JavaScript, and a
 * registry may hold a hundred thousand keys.
 */
export function isTaprootKey(x: Uint8Array): boolean {
  try {
    ECDH.convertKey(Buffer.concat([evenPoint, x]), 'secp256k1', undefined, undefined, 'compressed');
    return true;
  } catch {
    return false;
  }
}
