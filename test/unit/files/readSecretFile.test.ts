import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exposureOf, readSecretFile } from '../../../src/files/readSecretFile.ts';
import { rejection } from '../../support/rejection.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-secret-'));
  path = join(folder, 'passphrase');
  await writeFile(path, 'secret', { mode: 0o600 });
});

afterEach(() => rm(folder, { recursive: true }));

it.each([0o600, 0o400])('reads what only its owner may (mode %i)', async (mode) => {
  await chmod(path, mode);
  expect(await readSecretFile(path, 100)).toBe('secret');
});

it.each([0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o777])(
  'refuses what others may read or change (mode %i), and says how to close it',
  async (mode) => {
    await chmod(path, mode);
    const { code, message, fix } = await rejection(() => readSecretFile(path, 100));
    expect(code).toBe('SECRET_EXPOSED');
    expect(message).toContain(`mode ${mode.toString(8)}`);
    expect(message).not.toContain('secret\n');
    expect(fix).toContain(`chmod 600 '${path}'`);
  },
);

it('takes what belongs to the user or to the system, and nothing of anybody else', () => {
  const of = (uid: number) => exposureOf({ uid, mode: 0o100600 }, 1000);
  expect([of(1000), of(0)]).toEqual([undefined, undefined]);
  expect(of(1001)).toContain('another user');
});

it('does not read to the end of what is too long', async () => {
  expect(await readSecretFile(path, 5)).toBeUndefined();
});
