import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseOutputFile } from '../../../src/files/outputFile.ts';
import { placeFile } from '../../../src/files/placeFile.ts';
import { writeWholeFile } from '../../../src/files/writeWholeFile.ts';
import { rejectionCode } from '../../support/rejection.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-files-'));
});

afterEach(() => rm(folder, { recursive: true }));

const vector = new URL('../../vectors/keystore/web3-secret-storage-3.json', import.meta.url);

async function keystoreText(): Promise<string> {
  const { pbkdf2 }: { pbkdf2: unknown } = JSON.parse(await readFile(vector, 'utf8'));
  return JSON.stringify(pbkdf2);
}

describe('a file that is to be written', () => {
  it('is written whole where nothing is, and leaves no other', async () => {
    await writeWholeFile(await chooseOutputFile(at('new')), 'text');
    expect(await readFile(at('new'), 'utf8')).toBe('text');
    expect(await readdir(folder)).toEqual(['new']);
  });

  it('never replaces one that is there, unless it is asked to', async () => {
    await writeFile(at('old'), 'precious');
    expect(await rejectionCode(() => chooseOutputFile(at('old')))).toBe('FILE_EXISTS');
    await writeWholeFile(await chooseOutputFile(at('old'), { force: true }), 'text');
    expect(await readFile(at('old'), 'utf8')).toBe('text');
    expect(await readdir(folder)).toEqual(['old']);
  });

  it.each([false, true])('is never a symbolic link (force: %s)', async (force) => {
    await writeFile(at('target'), 'precious');
    await symlink(at('target'), at('link'));
    await symlink(at('nothing'), at('dangling'));
    for (const name of ['link', 'dangling']) {
      expect(await rejectionCode(() => chooseOutputFile(at(name), { force }))).toBe(
        'FILE_PROTECTED',
      );
    }
    expect(await readFile(at('target'), 'utf8')).toBe('precious');
  });

  it.each([false, true])('is never a key file (force: %s)', async (force) => {
    await writeFile(at('key'), await keystoreText());
    await writeFile(at('old-key'), '{ "version": 1, "Crypto": {} }');
    await writeFile(at('long'), `${' '.repeat(70_000)}${await keystoreText()}`);
    await writeFile(at('wide'), Buffer.from(await keystoreText(), 'utf16le'));
    await writeFile(at('pem'), '-----BEGIN EC PRIVATE KEY-----\n');
    for (const name of ['key', 'old-key', 'long', 'wide', 'pem']) {
      expect(await rejectionCode(() => chooseOutputFile(at(name), { force }))).toBe(
        'FILE_PROTECTED',
      );
    }
  });

  it.each([false, true])('is never a folder, a device or a pipe (force: %s)', async (force) => {
    await mkdir(at('folder'));
    for (const path of [at('folder'), '/dev/null']) {
      expect(await rejectionCode(() => chooseOutputFile(path, { force }))).toBe('FILE_PROTECTED');
    }
  });

  it('is never another file of the same command, under whatever name', async () => {
    await writeFile(at('passphrase'), 'secret');
    await mkdir(at('sub'));
    await symlink(at('passphrase'), at('alias'));
    for (const other of ['passphrase', 'sub/../passphrase', 'alias']) {
      const options = { force: true, apartFrom: [undefined, at(other)] };
      expect(await rejectionCode(() => chooseOutputFile(at('passphrase'), options))).toBe(
        'FILE_PROTECTED',
      );
    }
    const both = { apartFrom: [at('sub/../new')] };
    expect(await rejectionCode(() => chooseOutputFile(at('new'), both))).toBe('FILE_PROTECTED');
    await chooseOutputFile(at('other'), both);
  });

  it('has a name, and a folder that takes files, before anything is done for it', async () => {
    for (const path of ['', at('new/')]) {
      expect(await rejectionCode(() => chooseOutputFile(path))).toBe('USAGE_INVALID');
    }
    expect(await rejectionCode(() => chooseOutputFile('/proc/new'))).toBe('FILE_UNREADABLE');
    expect(await rejectionCode(() => chooseOutputFile(at('n'.repeat(256))))).toBe(
      'FILE_UNREADABLE',
    );
    await writeWholeFile(await chooseOutputFile(at('n'.repeat(255))), 'text');
    expect(await readdir(folder)).toEqual(['n'.repeat(255)]);
  });

  it('needs a folder', async () => {
    expect(await rejectionCode(() => chooseOutputFile(at('none/new')))).toBe('FILE_UNREADABLE');
    await writeFile(at('file'), '');
    expect(await rejectionCode(() => chooseOutputFile(at('file/new')))).toBe('FILE_UNREADABLE');
  });

  it('leaves alone what came to be there in the meantime', async () => {
    const fresh = await chooseOutputFile(at('file'));
    const replacing = await chooseOutputFile(at('file'), { force: true });
    await writeFile(at('file'), await keystoreText());
    expect(await rejectionCode(() => writeWholeFile(fresh, 'text'))).toBe('FILE_EXISTS');
    expect(await rejectionCode(() => writeWholeFile(replacing, 'text'))).toBe('FILE_PROTECTED');
    expect(await readFile(at('file'), 'utf8')).toBe(await keystoreText());
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('lets one of two writers win', async () => {
    const target = await chooseOutputFile(at('file'));
    const written = await Promise.allSettled([
      writeWholeFile(target, 'one'),
      writeWholeFile(target, 'other'),
    ]);
    expect(written.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('replaces a link that was put there with the file itself, not what the link names', async () => {
    const target = await chooseOutputFile(at('file'), { force: true });
    await writeFile(at('victim'), 'precious');
    await symlink(at('victim'), at('file'));
    expect(await rejectionCode(() => writeWholeFile(target, 'text'))).toBe('FILE_PROTECTED');
    expect(await readFile(at('victim'), 'utf8')).toBe('precious');
  });

  it('can be for its owner alone', async () => {
    await writeWholeFile(await chooseOutputFile(at('key')), 'text', 0o600);
    expect((await stat(at('key'))).mode & 0o777).toBe(0o600);
  });
});

describe('placeFile', () => {
  it('takes the part away', async () => {
    await writeFile(at('part'), 'text');
    await placeFile(at('part'), await chooseOutputFile(at('whole')));
    expect(await readdir(folder)).toEqual(['whole']);
  });
});
