import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPassphrase } from '../../../src/keys/readPassphrase.ts';
import { rejectionCode } from '../../support/rejection.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-passphrase-'));
  path = join(folder, 'passphrase');
});

afterEach(() => rm(folder, { recursive: true }));

describe('readPassphrase', () => {
  it.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret\n\n', 'secret\n'],
    [' two words \n', ' two words '],
    ['Schlüssel\n', 'Schlüssel'],
  ])('reads %j as %j', async (text, passphrase) => {
    await writeFile(path, text, { mode: 0o600 });
    expect(await readPassphrase(path)).toBe(passphrase);
  });

  it.each([
    ['an empty file', ''],
    ['a line break alone', '\n'],
    ['5,000 characters', 'x'.repeat(5000)],
  ])('refuses %s', async (_, text) => {
    await writeFile(path, text, { mode: 0o600 });
    expect(await rejectionCode(() => readPassphrase(path))).toBe('PASSPHRASE_MISSING');
  });

  it('says that the file is not there', async () => {
    expect(await rejectionCode(() => readPassphrase(path))).toBe('FILE_UNREADABLE');
  });
});
