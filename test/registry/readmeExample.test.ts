import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkRegistry } from '../../src/registry/checkRegistry.ts';
import { buildRegistry } from '../support/registryBuilder.ts';

/** The files of the worked example in addresses/README.md, by the path that stands at each. */
async function readExample(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(new URL('../../addresses/README.md', import.meta.url), 'utf8');
  const blocks = text.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, path = '', json = '']) => [path, json]));
}

/** Checks the example on the day that it is set on. */
async function checkExample(change: (asset: string) => string = (asset) => asset) {
  const files = await readExample();
  await using built = await buildRegistry({
    examplebtc: {
      'asset.json': change(files.get('examplebtc/asset.json') ?? ''),
      'reserves.json': files.get('examplebtc/reserves.json') ?? '',
    },
  });
  return await checkRegistry(built.directory, '2026-11-22');
}

describe('the worked example of addresses/README.md', () => {
  it('is a registry without findings', async () => {
    const { registry, findings } = await checkExample();
    expect(findings).toEqual([]);
    const asset = registry?.assets.get('examplebtc');
    expect(asset?.coverage.status).toBe('partial');
    expect(asset?.deployments.map(({ kind }) => kind)).toEqual(['canonical', 'bridged']);
    expect(asset?.deployments[1]?.lockbox).toMatchObject({ kind: 'canonical-bridge' });
    expect(
      asset?.custody.map(({ scriptType, until, provenance }) => [
        scriptType,
        until,
        provenance.map(({ kind }) => kind),
      ]),
    ).toEqual([
      ['p2sh', '2026-10-31', ['published']],
      ['p2wpkh', undefined, ['claimed']],
    ]);
  });

  it('has the finding that the text tells of, where the lockbox is forgotten', async () => {
    const { findings } = await checkExample((asset) =>
      asset.replace('      "lockbox": "optimism",\n', ''),
    );
    expect(findings.map(({ code, file, pointer }) => `${code} ${file} ${pointer}`)).toEqual([
      'REGISTRY_LOCKBOX_MISSING examplebtc/asset.json /deployments/1/lockbox',
    ]);
    const text = await readFile(new URL('../../addresses/README.md', import.meta.url), 'utf8');
    expect(text).toContain('REGISTRY_LOCKBOX_MISSING');
    expect(text).toContain('examplebtc/asset.json /deployments/1/lockbox');
  });
});
