import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeystore, readKeystoreAddress } from '../../../src/keys/createKeystore.ts';
import { Keystore } from '../../../src/keys/keystore.ts';
import { readKeystore, writeKeystore } from '../../../src/keys/keystoreFile.ts';
import { loadAccount } from '../../../src/keys/loadAccount.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';

// Opening a key file is slow on purpose.
vi.setConfig({ testTimeout: 60_000 });

const vectorPath = new URL('../../vectors/keystore/web3-secret-storage-3.json', import.meta.url);
const vector: { pbkdf2: unknown } = JSON.parse(await readFile(vectorPath, 'utf8'));
const keystore = Keystore.parse(vector.pbkdf2);

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-keys-'));
  path = join(folder, 'signer.json');
});

afterEach(() => rm(folder, { recursive: true }));

describe('writeKeystore', () => {
  it('writes a file that only its owner can read, and leaves no other', async () => {
    await writeKeystore(path, keystore);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['signer.json']);
    expect(await readKeystore(path)).toEqual(keystore);
  });

  it('never writes over a file', async () => {
    await writeFile(path, 'precious');
    expect(await rejectionCode(() => writeKeystore(path, keystore))).toBe('KEYSTORE_EXISTS');
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect(await readdir(folder)).toEqual(['signer.json']);
  });

  it('lets one of two writers win', async () => {
    const results = await Promise.allSettled([
      writeKeystore(path, keystore),
      writeKeystore(path, { ...keystore, id: 'other' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('says that a folder is missing', async () => {
    const nowhere = join(folder, 'none', 'signer.json');
    const error = await rejection(() => writeKeystore(nowhere, keystore));
    expect(error.code).toBe('FILE_UNREADABLE');
    expect(error.message).toContain('ENOENT');
  });
});

describe('readKeystore', () => {
  it('says that there is none', async () => {
    expect(await rejectionCode(() => readKeystore(path))).toBe('KEYSTORE_NOT_FOUND');
  });

  it.each([
    ['no JSON', '7a28b5ba57c53603'],
    ['a list', '[]'],
    ['version 1', JSON.stringify({ ...keystore, version: 1 })],
    ['an unknown cipher', JSON.stringify(keystore).replace('aes-128-ctr', 'aes-128-cbc')],
    ['an unknown kdf', JSON.stringify(keystore).replace('"pbkdf2"', '"md5"')],
    ['a short MAC', JSON.stringify(keystore).replace(keystore.crypto.mac, 'ab')],
    ['an endless file', ' '.repeat(100_000)],
  ])('refuses %s', async (_, text) => {
    await writeFile(path, text, { mode: 0o600 });
    const error = await rejection(() => readKeystore(path));
    expect(error.code).toBe('KEYSTORE_MALFORMED');
    expect(error.message).not.toContain('7a28b5ba');
  });

  it('reads files of other tools, with 0x, an address and keys of their own', async () => {
    const { crypto } = keystore;
    const other = {
      ...keystore,
      crypto: { ...crypto, mac: `0x${crypto.mac}` },
      address: '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b',
      'x-ethers': { client: 'ethers' },
    };
    await writeFile(path, JSON.stringify(other), { mode: 0o600 });
    const account = await loadAccount(path, 'testpassword');
    expect(account.address).toBe('0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b');
  });
});

describe('loadAccount', () => {
  it('opens what createKeystore made', async () => {
    const address = await createKeystore(path, 'correct horse');
    expect(await readKeystoreAddress(path)).toBe(address);
    const account = await loadAccount(path, 'correct horse');
    expect(account.address).toBe(address);
    expect(await account.signMessage({ message: 'x' })).toMatch(/^0x[0-9a-f]{130}$/);
  });

  it('refuses a wrong passphrase', async () => {
    await writeKeystore(path, keystore);
    expect(await rejectionCode(() => loadAccount(path, 'wrong'))).toBe('PASSPHRASE_WRONG');
  });

  it('refuses a file that names another address than its key has', async () => {
    await writeKeystore(path, { ...keystore, address: '00'.repeat(20) });
    const error = await rejection(() => loadAccount(path, 'testpassword'));
    expect(error.code).toBe('KEYSTORE_MALFORMED');
  });
});

describe('readKeystoreAddress', () => {
  it('refuses a file that names no address', async () => {
    await writeKeystore(path, keystore);
    expect(await rejectionCode(() => readKeystoreAddress(path))).toBe('KEYSTORE_MALFORMED');
  });
});
