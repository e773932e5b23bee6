import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createKeystore } from '../src/keys/createKeystore.ts';
import { loadAccount } from '../src/keys/loadAccount.ts';

/** A signing key for one run: made, encrypted, written to the folder and read back from there. */
export async function createSigner(folder: string): ReturnType<typeof loadAccount> {
  const file = join(folder, 'key.json');
  const passphrase = randomBytes(16).toString('hex');
  await createKeystore(file, passphrase);
  return loadAccount(file, passphrase);
}
