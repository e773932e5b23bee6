import { describe, expect, it } from 'vitest';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import {
  buildRegistry,
  makeAssetFile,
  makeAssetFolder,
  makeDeployment,
} from '../../support/registryBuilder.ts';
import { findingsIn, placesIn } from '../../support/registryFindings.ts';

const token = 'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const copy = 'eip155:10/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095';
const osmosis = 'cosmos:osmosis-1/denom:factory%2Fosmo1%2Fabtc';
const holder = '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c';
const other = '0x3ee18B2214AFF97000D974cf647E7C347E8fa585';
const provenance = ['issuer'];
const lockbox = { contract: `eip155:1:${holder}`, kind: 'oft-adapter', locks: token, provenance };
const treasury = { token, holder, reason: 'unissued', provenance };
const feed = {
  contract: `eip155:1:${other}`,
  kind: 'chainlink-exchange-rate',
  name: 'ABTC / BTC',
  decimals: 18,
  provenance,
};
const rate = { tokens: [token], feed: feed.contract, provenance };
const bridged = makeDeployment({ token: copy, kind: 'bridged', lockbox: 'layerzero' });

function withAsset(changes: Readonly<Record<string, unknown>>) {
  return { abtc: { ...makeAssetFolder('abtc'), 'asset.json': makeAssetFile('abtc', changes) } };
}

/** The places of what is found in an asset with this formula. */
async function places(
  liability: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> = {},
) {
  const found = await placesIn(withAsset({ liability: { exclude: [], ...liability }, ...changes }));
  return found.map((place) => place.replace('abtc/asset.json#/liability/', ''));
}

describe('checkRegistry: the liability formula', () => {
  it('gives it with its sources', async () => {
    const note = 'Minted in advance.';
    const liability = { exclude: [{ ...treasury, note }], rates: [rate] };
    await using built = await buildRegistry(withAsset({ liability, feeds: [feed] }));
    const { registry, findings } = await checkRegistry(built.directory);
    expect(findings).toEqual([]);
    expect(registry?.assets.get('abtc')?.liability).toMatchObject({
      exclude: [{ token, holder, reason: 'unissued', note, provenance: [{ by: 'the issuer' }] }],
      rates: [{ tokens: [token], feed: feed.contract, provenance: [{ by: 'the issuer' }] }],
    });
  });

  it('is left out where the file has none, and has no rates where none is written', async () => {
    await using built = await buildRegistry({
      ...withAsset({}),
      bbtc: {
        'asset.json': makeAssetFile('bbtc', {
          deployments: [makeDeployment({ token: copy })],
          liability: { exclude: [] },
        }),
        'reserves.json': { ...Object(makeAssetFolder('bbtc')['reserves.json']), addresses: [] },
      },
    });
    const assets = (await checkRegistry(built.directory)).registry?.assets;
    expect(assets?.get('abtc')).not.toHaveProperty('liability');
    expect(assets?.get('bbtc')?.liability).toEqual({ exclude: [], rates: [] });
  });

  it('excludes nothing of a token that is not counted', async () => {
    const deployments = [makeDeployment(), { ...bridged, lockbox: 'unknown' }];
    const missing = `${token.slice(0, -1)}8`;
    const exclude = [
      { ...treasury, token: copy },
      { ...treasury, token: missing },
    ];
    const findings = await findingsIn(withAsset({ liability: { exclude }, deployments }));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_REFERENCE_UNKNOWN',
        pointer: '/liability/exclude/0/token',
        message: `"${copy}" is bridged, and so not counted: nothing can be excluded of it`,
      },
      {
        code: 'REGISTRY_REFERENCE_UNKNOWN',
        pointer: '/liability/exclude/1/token',
        message: `"${missing}" is no deployment in this file: nothing can be excluded of it`,
      },
    ]);
  });

  it('excludes a holding once, however its holder is written', async () => {
    expect(await places({ exclude: [treasury, { ...treasury, reason: 'burnt' }] })).toEqual([
      'REGISTRY_DUPLICATE_CONTRACT exclude/1/holder',
    ]);
    const lower = { ...treasury, holder: holder.toLowerCase() };
    expect(await places({ exclude: [treasury, lower] })).toEqual([
      'REGISTRY_CONTRACT_INVALID exclude/1/holder',
      'REGISTRY_DUPLICATE_CONTRACT exclude/1/holder',
    ]);
    expect(await places({ exclude: [treasury, { ...treasury, holder: other }] })).toEqual([]);
  });

  it.each([
    ['without its checksum', token, holder.toLowerCase(), false],
    ['with its chain', token, `eip155:1:${holder}`, false],
    ['of another kind of chain', token, '3NZ9JMVBmGAqocybic2c7LQCJScmgsAZ6vQqTDzcqmJh', false],
    ['in bech32', osmosis, 'osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4qp', true],
    [
      'in bech32 with a typing error',
      osmosis,
      'osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4qq',
      false,
    ],
    ['in bech32 of a wrong length', osmosis, 'osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4q', false],
  ])('holds a holder to its chain: one %s', async (_, of, text, isValid) => {
    const deployments = [makeDeployment({ token: of })];
    const exclude = [{ ...treasury, token: of, holder: text }];
    expect(await places({ exclude }, { deployments })).toEqual(
      isValid ? [] : ['REGISTRY_CONTRACT_INVALID exclude/0/holder'],
    );
  });

  it('refuses a reason that it does not know, and a source that the file does not have', async () => {
    expect(await places({ exclude: [{ ...treasury, reason: 'cold' }] })).toEqual([
      'REGISTRY_SCHEMA_INVALID exclude/0/reason',
    ]);
    const exclude = [{ ...treasury, provenance: ['isuer'] }];
    const rates = [{ ...rate, provenance: [] }];
    expect(await places({ exclude, rates }, { feeds: [feed] })).toEqual([
      'REGISTRY_PROVENANCE_MISSING rates/0/provenance',
      'REGISTRY_PROVENANCE_MISSING exclude/0/provenance/0',
    ]);
  });
});

describe('checkRegistry: excluded lockboxes', () => {
  const exclude = [{ ...treasury, reason: 'lockbox' }];
  const lockboxes = { layerzero: lockbox };

  it('takes one whose copies are counted themselves; its asset may be complete then', async () => {
    const part = makeDeployment({ token: copy, lockbox: 'layerzero' });
    const changes = { lockboxes, deployments: [makeDeployment(), part] };
    expect(await places({ exclude }, changes)).toEqual([]);
    expect(await placesIn(withAsset(changes))).toEqual([
      'REGISTRY_LOCKBOX_UNEXPECTED abtc/asset.json#/deployments/1/lockbox',
    ]);
  });

  it.each(['lockbox', 'other'])(
    'refuses one of copies that nobody counts, as "%s"',
    async (reason) => {
      const changes = { lockboxes, deployments: [makeDeployment(), bridged] };
      expect(await places({ exclude: [{ ...treasury, reason }] }, changes)).toEqual([
        'REGISTRY_EXCLUSION_INVALID exclude/0/holder',
      ]);
    },
  );

  it('refuses one of which only some copies are counted', async () => {
    const solana =
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:3NZ9JMVBmGAqocybic2c7LQCJScmgsAZ6vQqTDzcqmJh';
    const part = makeDeployment({ token: solana, lockbox: 'layerzero' });
    const changes = { lockboxes, deployments: [makeDeployment(), bridged, part] };
    expect(await places({ exclude }, { ...changes, coverage: { status: 'complete' } })).toEqual([
      'REGISTRY_EXCLUSION_INVALID exclude/0/holder',
    ]);
  });

  it('looks at the token that is excluded, where one contract locks several', async () => {
    const second = 'eip155:1/erc20:0x3ee18B2214AFF97000D974cf647E7C347E8fa585';
    const changes = {
      lockboxes: { layerzero: { ...lockbox, locks: second } },
      deployments: [makeDeployment(), bridged, makeDeployment({ token: second })].sort((a, b) =>
        a.token < b.token ? -1 : 1,
      ),
    };
    expect(await places({ exclude: [treasury] }, changes)).toEqual([]);
    expect(await places({ exclude: [{ ...treasury, token: second }] }, changes)).toEqual([
      'REGISTRY_EXCLUSION_INVALID exclude/0/holder',
    ]);
  });

  it('refuses what is called a lockbox and is none', async () => {
    expect(await places({ exclude })).toEqual(['REGISTRY_EXCLUSION_INVALID exclude/0/holder']);
  });
});

describe('checkRegistry: rates', () => {
  it.each([
    ['a feed that is not there', [], 'REGISTRY_REFERENCE_UNKNOWN rates/0/feed'],
    [
      'a feed of another kind',
      [{ ...feed, kind: 'chainlink-por' }],
      'REGISTRY_REFERENCE_UNKNOWN rates/0/feed',
    ],
  ])('refuses %s', async (_, feeds, place) => {
    expect(await places({ rates: [rate] }, { feeds })).toEqual([place]);
  });

  it('takes a feed on another chain than the token', async () => {
    const far = { ...feed, contract: `eip155:10:${other}` };
    expect(await places({ rates: [{ ...rate, feed: far.contract }] }, { feeds: [far] })).toEqual(
      [],
    );
  });

  it('takes one rate for several tokens, and no token twice', async () => {
    const deployments = [makeDeployment(), makeDeployment({ token: copy })];
    const both = { ...rate, tokens: [token, copy] };
    const changes = { feeds: [feed], deployments };
    expect(await places({ rates: [both] }, changes)).toEqual([]);
    expect(await places({ rates: [{ ...rate, tokens: [token, token] }] }, changes)).toEqual([
      'REGISTRY_DUPLICATE_DEPLOYMENT rates/0/tokens/1',
    ]);
    expect(await places({ rates: [rate, both] }, changes)).toEqual([
      'REGISTRY_DUPLICATE_DEPLOYMENT rates/1/tokens/0',
    ]);
  });

  it('refuses a rate for no token, for one that is not there, and for a copy', async () => {
    expect(await places({ rates: [{ ...rate, tokens: [] }] }, { feeds: [feed] })).toEqual([
      'REGISTRY_SCHEMA_INVALID rates/0/tokens',
    ]);
    const missing = `${token.slice(0, -1)}8`;
    const deployments = [makeDeployment(), { ...bridged, lockbox: 'unknown' }];
    const rates = [{ ...rate, tokens: [token, missing, copy] }];
    expect(await places({ rates }, { feeds: [feed], deployments })).toEqual([
      'REGISTRY_REFERENCE_UNKNOWN rates/0/tokens/1',
      'REGISTRY_REFERENCE_UNKNOWN rates/0/tokens/2',
    ]);
  });
});
