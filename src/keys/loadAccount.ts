import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { decryptKey } from './decryptKey.ts';
import { malformedKeystore } from './errors.ts';
import { readKeystore } from './keystoreFile.ts';

/**
 * The account whose key the file holds, ready to sign. The key itself is in no error and no log.
 *
 * @throws AssayError KEYSTORE_NOT_FOUND, KEYSTORE_MALFORMED (also where the address in the file is
 * not the key's), PASSPHRASE_WRONG, FILE_UNREADABLE
 */
export async function loadAccount(path: string, passphrase: string): Promise<PrivateKeyAccount> {
  const keystore = await readKeystore(path);
  const privateKey = await decryptKey(keystore, passphrase);
  const account = openAccount(privateKey, path);
  const claimed = keystore.address?.toLowerCase().replace(/^0x/, '');
  if (claimed !== undefined && claimed !== account.address.slice(2).toLowerCase()) {
    throw malformedKeystore(`${path} names another address than its key has`);
  }
  return account;
}

function openAccount(privateKey: `0x${string}`, path: string): PrivateKeyAccount {
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    // Without its cause: that might quote the key.
    throw malformedKeystore(`${path} holds no valid key`);
  }
}
