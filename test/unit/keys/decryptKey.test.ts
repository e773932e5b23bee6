import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { decryptKey } from '../../../src/keys/decryptKey.ts';
import { encryptKey } from '../../../src/keys/encryptKey.ts';
import { Keystore } from '../../../src/keys/keystore.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';

// Opening a key file is slow on purpose.
vi.setConfig({ testTimeout: 60_000 });

const path = new URL('../../vectors/keystore/web3-secret-storage-3.json', import.meta.url);
const vectors: {
  passphrase: string;
  secret: `0x${string}`;
  pbkdf2: unknown;
  scrypt: unknown;
} = JSON.parse(await readFile(path, 'utf8'));
const pbkdf2 = Keystore.parse(vectors.pbkdf2);
const scrypt = Keystore.parse(vectors.scrypt);

/** The published scrypt file with other parameters. */
function withScrypt(params: object): Keystore {
  const { crypto } = scrypt;
  if (crypto.kdf !== 'scrypt') throw new Error('the vector is of scrypt');
  return { ...scrypt, crypto: { ...crypto, kdfparams: { ...crypto.kdfparams, ...params } } };
}

describe('decryptKey', () => {
  it.each([
    ['pbkdf2', pbkdf2],
    ['scrypt', scrypt],
  ])('opens the published test vector with %s', async (_, keystore) => {
    expect(await decryptKey(keystore, vectors.passphrase)).toBe(vectors.secret);
  });

  it('refuses a wrong passphrase without naming it or the key', async () => {
    const error = await rejection(() => decryptKey(pbkdf2, 'Testpassword'));
    expect(error.code).toBe('PASSPHRASE_WRONG');
    expect(JSON.stringify([error.message, error.fix, error.facts])).not.toMatch(
      /Testpassword|7a28b5ba/,
    );
  });

  it('takes a changed ciphertext for a wrong passphrase: the MAC covers it', async () => {
    const { crypto } = pbkdf2;
    const ciphertext = `00${crypto.ciphertext.slice(2)}`;
    const changed = { ...pbkdf2, crypto: { ...crypto, ciphertext } };
    expect(await rejectionCode(() => decryptKey(changed, vectors.passphrase))).toBe(
      'PASSPHRASE_WRONG',
    );
  });

  it.each([
    ['4 GiB of memory', { n: 2 ** 22, r: 8 }],
    ['the memory of a huge r', { n: 2, r: 2 ** 30 }],
    ['hours of work', { n: 2 ** 18, r: 8, p: 2 ** 20 }],
    ['an n that is no power of two', { n: 100_000, r: 1, p: 1 }],
  ])('refuses a file that asks for %s', async (_, params) => {
    expect(await rejectionCode(() => decryptKey(withScrypt(params), 'x'))).toBe(
      'KEYSTORE_MALFORMED',
    );
  });

  it('refuses a file that asks for a billion rounds of pbkdf2', async () => {
    const { crypto } = pbkdf2;
    if (crypto.kdf !== 'pbkdf2') throw new Error('the vector is of pbkdf2');
    const kdfparams = { ...crypto.kdfparams, c: 1_000_000_000 };
    const slow = { ...pbkdf2, crypto: { ...crypto, kdfparams } };
    expect(await rejectionCode(() => decryptKey(slow, 'x'))).toBe('KEYSTORE_MALFORMED');
  });
});

describe('encryptKey', () => {
  it('makes a file that opens with its passphrase, letters beyond ASCII included', async () => {
    const keystore = await encryptKey(vectors.secret, 'Schlüssel 🔑');
    expect(Keystore.parse(JSON.parse(JSON.stringify(keystore)))).toEqual(keystore);
    expect(keystore.address).toBe('008aeeda4d805471df9b2a5b0f38a0c3bcba786b');
    expect(await decryptKey(keystore, 'Schlüssel 🔑')).toBe(vectors.secret);
    expect(JSON.stringify(keystore)).not.toContain(vectors.secret.slice(2));
  });

  it('never makes the same file twice', async () => {
    const [one, other] = await Promise.all([
      encryptKey(vectors.secret, 'a'),
      encryptKey(vectors.secret, 'a'),
    ]);
    expect(one.crypto.ciphertext).not.toBe(other.crypto.ciphertext);
    expect(one.id).not.toBe(other.id);
  });

  it('refuses an empty passphrase', async () => {
    expect(await rejectionCode(() => encryptKey(vectors.secret, ''))).toBe('PASSPHRASE_MISSING');
  });
});
