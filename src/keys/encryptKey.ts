import { createCipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { AssayError } from '../core/assayError.ts';
import { macOf } from './decryptKey.ts';
import { bytesOf, deriveKey } from './deriveKey.ts';
import type { Keystore } from './keystore.ts';

/** 128 MiB and about half a second for each guess at the passphrase. */
const scryptParameters = { n: 131_072, r: 8, p: 1, dklen: 32 } as const;

/**
 * A private key as a Web3 Secret Storage file, version 3: scrypt (n = 131072, r = 8, p = 1),
 * AES-128-CTR, keccak256 MAC. Any Ethereum wallet that imports key files opens it.
 *
 * @param privateKey 32 bytes in hex
 * @throws AssayError PASSPHRASE_MISSING for an empty passphrase
 */
export async function encryptKey(privateKey: Hex, passphrase: string): Promise<Keystore> {
  if (passphrase === '') throw new AssayError('PASSPHRASE_MISSING');
  const iv = randomBytes(16);
  const kdf = {
    kdf: 'scrypt' as const,
    kdfparams: { ...scryptParameters, salt: randomBytes(32).toString('hex') },
  };
  const derived = await deriveKey(passphrase, kdf);
  const secret = bytesOf(privateKey);
  try {
    const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
    const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
    return {
      version: 3,
      id: randomUUID(),
      address: privateKeyToAddress(privateKey).slice(2).toLowerCase(),
      crypto: {
        ...kdf,
        cipher: 'aes-128-ctr',
        cipherparams: { iv: iv.toString('hex') },
        ciphertext: ciphertext.toString('hex'),
        mac: Buffer.from(macOf(derived, ciphertext)).toString('hex'),
      },
    };
  } finally {
    derived.fill(0);
    secret.fill(0);
  }
}
