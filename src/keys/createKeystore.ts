import type { Address } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import { getAddress } from 'viem/utils';
import { encryptKey } from './encryptKey.ts';
import { malformedKeystore } from './errors.ts';
import { readKeystore, writeKeystore } from './keystoreFile.ts';

/**
 * Makes a new signing key, writes it encrypted to a new file, and answers its address. The key does
 * not leave this function.
 *
 * @throws AssayError PASSPHRASE_MISSING, KEYSTORE_EXISTS, FILE_UNREADABLE
 */
export async function createKeystore(path: string, passphrase: string): Promise<Address> {
  await writeKeystore(path, await encryptKey(generatePrivateKey(), passphrase));
  return readKeystoreAddress(path);
}

/**
 * The address that a key file names, with its EIP-55 checksum; no passphrase is needed.
 *
 * @throws AssayError KEYSTORE_NOT_FOUND, KEYSTORE_MALFORMED (also where the file names none)
 */
export async function readKeystoreAddress(path: string): Promise<Address> {
  const { address } = await readKeystore(path);
  if (address === undefined) throw malformedKeystore(`${path} does not name its address`);
  return getAddress(`0x${address.replace(/^0x/, '')}`);
}
