import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import { buildRegistry, makeAssetFolder, makeReservesFile } from '../../support/registryBuilder.ts';
import { findingsIn, placesIn } from '../../support/registryFindings.ts';

describe('checkRegistry: files and folders', () => {
  it.each(['missing', 'empty', 'a file'])('refuses a directory that is %s', async (state) => {
    await using built = await buildRegistry({});
    const directory = join(built.directory, 'registry');
    if (state === 'empty') await mkdir(directory);
    if (state === 'a file') await writeFile(directory, '');
    await expect(checkRegistry(directory)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
  });

  it('names the place at which JSON breaks', async () => {
    const [finding] = await findingsIn({
      abtc: { ...makeAssetFolder('abtc'), 'asset.json': '{\n  "schema": "assay.asset/1",\n}' },
    });
    expect(finding).toMatchObject({ code: 'REGISTRY_JSON_INVALID', file: 'abtc/asset.json' });
    expect(finding?.message).toBe(
      'line 3, column 1: expected a member name in double quotes, found "}"',
    );
  });

  it('refuses a member that is there twice, of which a reader may see the other one', async () => {
    const text = JSON.stringify(makeReservesFile()).replace('{', '{"addresses":[],');
    const places = await placesIn({ abtc: { ...makeAssetFolder('abtc'), 'reserves.json': text } });
    expect(places).toEqual(['REGISTRY_JSON_INVALID abtc/reserves.json#/addresses']);
  });

  it('refuses a file that is not UTF-8', async () => {
    await using built = await buildRegistry({ abtc: makeAssetFolder('abtc') });
    await writeFile(join(built.directory, 'abtc/asset.json'), Uint8Array.of(0x22, 0xff, 0x22));
    const { findings } = await checkRegistry(built.directory);
    expect(findings).toMatchObject([{ code: 'REGISTRY_JSON_INVALID', file: 'abtc/asset.json' }]);
  });

  it('misses each file of an asset', async () => {
    expect(await placesIn({ abtc: {} })).toEqual([
      'REGISTRY_FILE_MISSING abtc/asset.json#',
      'REGISTRY_FILE_MISSING abtc/reserves.json#',
    ]);
  });

  it('refuses a file that nothing reads, and guesses what was meant', async () => {
    const { 'reserves.json': reserves, ...rest } = makeAssetFolder('abtc');
    const findings = await findingsIn({ abtc: { ...rest, 'reserve.json': reserves } });
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_SCHEMA_INVALID',
        file: 'abtc/reserve.json',
        fix: 'Did you mean reserves.json? Else remove it.',
      },
      { code: 'REGISTRY_FILE_MISSING', file: 'abtc/reserves.json' },
    ]);
  });

  it('follows no symbolic link, neither to a folder nor to a file', async () => {
    await using built = await buildRegistry({
      abtc: makeAssetFolder('abtc'),
      '.elsewhere': makeAssetFolder('bbtc'),
    });
    await rm(join(built.directory, 'abtc/reserves.json'));
    await symlink('../.elsewhere/reserves.json', join(built.directory, 'abtc/reserves.json'));
    await symlink('.elsewhere', join(built.directory, 'bbtc'));
    const { findings } = await checkRegistry(built.directory);
    expect(findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'REGISTRY_SCHEMA_INVALID bbtc',
      'REGISTRY_SCHEMA_INVALID abtc/reserves.json',
    ]);
  });

  it('refuses a file of more than 64 MiB without reading it', async () => {
    await using built = await buildRegistry({ abtc: makeAssetFolder('abtc') });
    const file = join(built.directory, 'abtc/reserves.json');
    await writeFile(file, Buffer.alloc(64 * 1024 * 1024 + 1, 0x20));
    const { findings } = await checkRegistry(built.directory);
    expect(findings).toMatchObject([
      { code: 'REGISTRY_SCHEMA_INVALID', file: 'abtc/reserves.json' },
    ]);
    expect(findings[0]?.message).toContain('at most 67108864');
  });

  it('refuses more than 200,000 addresses with one finding', async () => {
    const file = `{"schema":"assay.reserves/1","sources":{},"addresses":[${'0,'.repeat(200_000)}0]}`;
    const places = await placesIn({ abtc: { ...makeAssetFolder('abtc'), 'reserves.json': file } });
    expect(places).toEqual(['REGISTRY_SCHEMA_INVALID abtc/reserves.json#/addresses']);
  });

  it('refuses a folder that is not named as an asset, and prints its name safely', async () => {
    const [finding] = await findingsIn({ 'A\u001b[31m': makeAssetFolder('a') });
    expect(finding).toMatchObject({ code: 'REGISTRY_SCHEMA_INVALID', file: 'A\\u{1b}[31m' });
  });

  it('refuses an id that is not the name of the folder', async () => {
    expect(await placesIn({ abtc: { ...makeAssetFolder('bbtc') } })).toEqual([
      'REGISTRY_DUPLICATE_ASSET abtc/asset.json#/id',
    ]);
  });
});
