import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import type { Hex } from 'viem';
import { keccak256 } from 'viem/utils';
import { AssayError } from '../core/assayError.ts';
import { bytesOf, deriveKey } from './deriveKey.ts';
import type { Keystore } from './keystore.ts';

/**
 * The private key in a Web3 Secret Storage file, version 3. Written on node:crypto, since viem reads
 * no such files and the definition is these few lines.
 *
 * @throws AssayError PASSPHRASE_WRONG, KEYSTORE_MALFORMED
 */
export async function decryptKey(keystore: Keystore, passphrase: string): Promise<Hex> {
  const { crypto } = keystore;
  const derived = await deriveKey(passphrase, crypto);
  try {
    const ciphertext = bytesOf(crypto.ciphertext);
    if (!timingSafeEqual(macOf(derived, ciphertext), bytesOf(crypto.mac))) {
      throw new AssayError('PASSPHRASE_WRONG');
    }
    const key = derived.subarray(0, 16);
    const decipher = createDecipheriv('aes-128-ctr', key, bytesOf(crypto.cipherparams.iv));
    const secret = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    try {
      return `0x${secret.toString('hex')}`;
    } finally {
      secret.fill(0);
    }
  } finally {
    derived.fill(0);
  }
}

/** keccak256 of the second half of the derived key and the ciphertext. */
export function macOf(derived: Buffer, ciphertext: Buffer): Uint8Array {
  return keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext]), 'bytes');
}
