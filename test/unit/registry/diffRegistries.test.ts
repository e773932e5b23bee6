import { describe, expect, it } from 'vitest';
import { diffRegistries } from '../../../src/registry/diffRegistries.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import {
  buildRegistry,
  mainnetAddresses,
  makeAssetFile,
  makeAssetFolder,
  makeCustody,
  makeReservesFile,
} from '../../support/registryBuilder.ts';

const { p2wpkh, p2tr } = mainnetAddresses;

async function registryOf(address: string, custodian = 'Custodian') {
  await using built = await buildRegistry({
    one: {
      'asset.json': makeAssetFile('one'),
      'reserves.json': makeReservesFile([makeCustody(address, { custodian })]),
    },
  });
  return await loadRegistry(built.directory);
}

describe('diffRegistries', () => {
  it('finds nothing between a registry and itself', async () => {
    expect(diffRegistries(await registryOf(p2tr), await registryOf(p2tr))).toEqual({
      assets: { added: [], removed: [] },
      addresses: [],
      deployments: [],
    });
  });

  it('finds an address that was added, and one that was removed', async () => {
    const { addresses, assets } = diffRegistries(await registryOf(p2wpkh), await registryOf(p2tr));
    expect(assets).toEqual({ added: [], removed: [] });
    expect(addresses).toHaveLength(2);
    expect(addresses.find((one) => one.change === 'removed')).toMatchObject({
      asset: 'one',
      before: { address: p2wpkh },
    });
    expect(addresses.find((one) => one.change === 'added')).toMatchObject({
      asset: 'one',
      after: { address: p2tr },
    });
  });

  it('names the members of an address that changed', async () => {
    const after = await registryOf(p2tr, 'Another');
    expect(diffRegistries(await registryOf(p2tr), after).addresses).toMatchObject([
      { change: 'changed', members: ['custodian'], after: { custodian: 'Another' } },
    ]);
  });

  it('takes an asset that is new for an asset with everything new', async () => {
    await using other = await buildRegistry({ two: makeAssetFolder('two') });
    const before = await loadRegistry(other.directory);
    const diff = diffRegistries(before, await registryOf(p2tr));
    expect(diff.assets).toEqual({ added: ['one'], removed: ['two'] });
    expect(diff.deployments.map(({ change, asset }) => `${change} ${asset}`)).toEqual([
      'added one',
      'removed two',
    ]);
  });
});
