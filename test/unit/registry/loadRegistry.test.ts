import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RegistryInvalidError } from '../../../src/registry/errors.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import {
  buildRegistry,
  mainnetAddresses,
  makeAssetFile,
  makeAssetFolder,
  makeReservesFile,
} from '../../support/registryBuilder.ts';

const { p2wpkh, p2sh } = mainnetAddresses;

async function digestsOf(asset: unknown, reserves: unknown) {
  await using built = await buildRegistry({
    abtc: { 'asset.json': asset, 'reserves.json': reserves },
  });
  const registry = await loadRegistry(built.directory);
  return [registry.digest, registry.assets.get('abtc')?.digest];
}

/** The same JSON with the members of every object in the opposite order. */
function reverseMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, reverseMembers(member)]);
  return Object.fromEntries(members.reverse());
}

describe('loadRegistry', () => {
  it('throws all findings in one error', async () => {
    await using built = await buildRegistry({
      abtc: { 'asset.json': makeAssetFile('abtc', { extra: 1 }) },
    });
    const error: unknown = await loadRegistry(built.directory).catch((thrown: unknown) => thrown);
    if (!(error instanceof RegistryInvalidError)) throw error;
    expect(error.code).toBe('REGISTRY_INVALID');
    expect(error.facts).toEqual({ findings: 2 });
    expect(error.findings.map(({ code }) => code)).toEqual([
      'REGISTRY_FILE_MISSING',
      'REGISTRY_UNKNOWN_KEY',
    ]);
    expect(error.message).toContain('has 2 findings; the first, in abtc/reserves.json#');
  });

  it('refuses a directory that is not there', async () => {
    await using built = await buildRegistry({});
    await expect(loadRegistry(join(built.directory, 'no'))).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    });
  });

  it('digests what files say, not how they are written', async () => {
    const [asset, reserves] = [makeAssetFile('abtc'), makeReservesFile([p2sh, p2wpkh])];
    const { $schema: _, ...withoutSchema } = asset;
    const digests = await digestsOf(asset, reserves);
    expect(digests[1]).toMatch(/^0x[0-9a-f]{64}$/);
    expect(await digestsOf(JSON.stringify(asset, null, 4), reserves)).toEqual(digests);
    expect(await digestsOf(reverseMembers(asset), reverseMembers(reserves))).toEqual(digests);
    expect(await digestsOf(withoutSchema, reserves)).toEqual(digests);
  });

  it('gives another digest for any other content', async () => {
    const asset = makeAssetFile('abtc');
    const all = await Promise.all([
      digestsOf(asset, makeReservesFile([p2sh, p2wpkh])),
      digestsOf(asset, makeReservesFile([p2wpkh])),
      digestsOf(makeAssetFile('abtc', { name: 'Other' }), makeReservesFile([p2wpkh])),
      digestsOf(makeAssetFile('abtc', { policy: { quorum: 2 } }), makeReservesFile([p2wpkh])),
    ]);
    expect(new Set(all.map(([registry]) => registry)).size).toBe(4);
    expect(new Set(all.map(([, one]) => one)).size).toBe(4);
  });

  it("does not change an asset's digest with its neighbours", async () => {
    const reserves = makeReservesFile();
    const alone = await digestsOf(makeAssetFile('abtc'), reserves);
    await using built = await buildRegistry({
      abtc: { ...makeAssetFolder('abtc'), 'reserves.json': reserves },
      bbtc: {
        'asset.json': makeAssetFile('bbtc', {
          deployments: [],
          coverage: { status: 'retired' },
        }),
        'reserves.json': makeReservesFile([p2sh]),
      },
    });
    const both = await loadRegistry(built.directory);
    expect(both.assets.get('abtc')?.digest).toBe(alone[1]);
    expect(both.digest).not.toBe(alone[0]);
  });
});
