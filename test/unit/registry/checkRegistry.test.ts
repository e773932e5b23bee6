import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import {
  buildRegistry,
  mainnetAddresses,
  makeAssetFile,
  makeAssetFolder,
  makeCustody,
  makeDeployment,
  makeReservesFile,
  regtest,
} from '../../support/registryBuilder.ts';
import { findingsIn, placesIn } from '../../support/registryFindings.ts';

const { p2wpkh, p2sh, p2tr } = mainnetAddresses;
const tron = 'tron:0x2b6653dc/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi';

function withAsset(changes: Readonly<Record<string, unknown>>) {
  return { abtc: { ...makeAssetFolder('abtc'), 'asset.json': makeAssetFile('abtc', changes) } };
}

function withReserves(...addresses: readonly unknown[]) {
  return { abtc: { ...makeAssetFolder('abtc'), 'reserves.json': makeReservesFile(addresses) } };
}

describe('checkRegistry: a registry without findings', () => {
  it('gives each asset with scripts derived, sources resolved and defaults filled in', async () => {
    await using built = await buildRegistry(
      withReserves(makeCustody(p2tr, { since: '2026-01-01', note: 'cold' }), p2wpkh),
    );
    const { registry, findings } = await checkRegistry(built.directory);
    expect(findings).toEqual([]);
    const asset = registry?.assets.get('abtc');
    expect(asset).toMatchObject({
      id: 'abtc',
      network: { name: 'mainnet' },
      policy: {
        confirmations: 6,
        maxSkewSeconds: 7200,
        maxAgeSeconds: 21_600,
        validForSeconds: 21_600,
        quorum: 1,
      },
      coverage: { status: 'complete', missing: [] },
      deployments: [
        {
          chain: 'eip155:1',
          standard: 'erc20',
          reference: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
          symbol: 'ABTC',
        },
      ],
    });
    expect(asset?.custody.map(({ script, scriptType }) => [scriptType, script])).toEqual([
      ['p2tr', '512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'],
      ['p2wpkh', '0014751e76e8199196d454941c45d1b3a323f1433bd6'],
    ]);
    expect(asset?.custody[0]).toMatchObject({
      since: '2026-01-01',
      note: 'cold',
      provenance: [{ kind: 'published', by: 'the issuer', date: '2026-01-02' }],
    });
  });

  it('orders assets by id and leaves hidden names and plain files beside them alone', async () => {
    await using built = await buildRegistry({
      zbtc: {
        'asset.json': makeAssetFile('zbtc', { deployments: [makeDeployment({ token: tron })] }),
        'reserves.json': makeReservesFile([p2sh]),
        'README.md': 'about',
        'evidence/.keep': '',
        '.DS_Store': 'x',
      },
      abtc: makeAssetFolder('abtc'),
      '.git': { config: '' },
      schema: { 'asset.schema.json': '{}' },
    });
    await writeFile(join(built.directory, 'CHANGELOG.md'), 'changes');
    const { registry, findings } = await checkRegistry(built.directory);
    expect(findings).toEqual([]);
    expect([...(registry?.assets.keys() ?? [])]).toEqual(['abtc', 'zbtc']);
  });

  it('counts the same script on two networks as two', async () => {
    const asset = makeAssetFile('bbtc', {
      reserveChain: regtest,
      deployments: [makeDeployment({ token: tron })],
    });
    const regtestAddress = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
    const places = await placesIn({
      abtc: makeAssetFolder('abtc'),
      bbtc: { 'asset.json': asset, 'reserves.json': makeReservesFile([regtestAddress]) },
    });
    expect(places).toEqual([]);
  });
});

describe('checkRegistry: schema', () => {
  it('refuses an unknown key and guesses what was meant', async () => {
    const findings = await findingsIn({
      abtc: {
        'asset.json': makeAssetFile('abtc', {
          isuer: 'x',
          policy: { confirmation: 3 },
          deployments: [makeDeployment({ bridge: 'y' })],
        }),
        'reserves.json': makeReservesFile([makeCustody(p2wpkh, { custodians: 'z', Note: 'n' })]),
      },
    });
    expect(findings.map(({ code, file, pointer, fix }) => ({ code, file, pointer, fix }))).toEqual([
      {
        code: 'REGISTRY_UNKNOWN_KEY',
        file: 'abtc/asset.json',
        pointer: '/policy/confirmation',
        fix: 'Did you mean "confirmations"?',
      },
      {
        code: 'REGISTRY_UNKNOWN_KEY',
        file: 'abtc/asset.json',
        pointer: '/deployments/0/bridge',
        fix: 'Remove it. Known are: token, kind, decimals, symbol, lockbox, supplySlot, provenance, note.',
      },
      {
        code: 'REGISTRY_UNKNOWN_KEY',
        file: 'abtc/asset.json',
        pointer: '/isuer',
        fix: 'Did you mean "issuer"?',
      },
      {
        code: 'REGISTRY_UNKNOWN_KEY',
        file: 'abtc/reserves.json',
        pointer: '/addresses/0/custodians',
        fix: 'Did you mean "custodian"?',
      },
      {
        code: 'REGISTRY_UNKNOWN_KEY',
        file: 'abtc/reserves.json',
        pointer: '/addresses/0/Note',
        fix: 'Did you mean "note"?',
      },
    ]);
  });

  it.each([
    ['another version', { schema: 'assay.asset/2' }, '/schema'],
    ['no name', { name: undefined }, '/name'],
    ['a name that colours the terminal', { name: '\u001b[31mred' }, '/name'],
    ['a name that turns the reading direction', { name: 'a\u202eb' }, '/name'],
    ['half of a surrogate pair', { issuer: '\ud800' }, '/issuer'],
    ['a reserve chain that is no Bitcoin network', { reserveChain: 'eip155:1' }, '/reserveChain'],
    ['no confirmations', { policy: { confirmations: 0 } }, '/policy/confirmations'],
    ['half a confirmation', { policy: { confirmations: 1.5 } }, '/policy/confirmations'],
    ['a link that runs a script', { disclosures: ['javascript:alert(1)'] }, '/disclosures/0'],
    ['a date that no calendar has', { reviewBy: '2026-02-30' }, '/reviewBy'],
    [
      'a partial coverage that lacks nothing',
      { coverage: { status: 'partial' } },
      '/coverage/missing',
    ],
    [
      'a complete coverage that lacks something',
      { coverage: { status: 'complete', missing: [{ side: 'supply', what: 'a', why: 'b' }] } },
      '/coverage/missing',
    ],
    ['a complete coverage without a token to count', { deployments: [] }, '/coverage/status'],
    [
      'decimals in words',
      { deployments: [makeDeployment({ decimals: '8' })] },
      '/deployments/0/decimals',
    ],
  ])('refuses %s', async (_, changes, pointer) => {
    expect(await placesIn(withAsset(changes))).toEqual([
      `REGISTRY_SCHEMA_INVALID abtc/asset.json#${pointer}`,
    ]);
  });

  it('refuses a source key with capitals', async () => {
    const sources = {
      ...makeAssetFile('abtc').sources,
      Other: makeAssetFile('abtc').sources.issuer,
    };
    expect(await placesIn(withAsset({ sources }))).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/asset.json#/sources/Other',
    ]);
  });

  it('refuses a custody that ends before it began', async () => {
    const entry = makeCustody(p2wpkh, { since: '2026-02-01', until: '2026-01-31' });
    expect(await placesIn(withReserves(entry))).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/reserves.json#/addresses/0/until',
    ]);
  });

  it.each([null, [], 'text', 7])('refuses a file that is only %j', async (value) => {
    const places = await placesIn({
      abtc: { 'asset.json': JSON.stringify(value), 'reserves.json': JSON.stringify(value) },
    });
    expect(places).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/asset.json#',
      'REGISTRY_SCHEMA_INVALID abtc/reserves.json#',
    ]);
  });
});

describe('checkRegistry: provenance', () => {
  it('requires it for every address and deployment', async () => {
    const places = await placesIn({
      abtc: {
        'asset.json': makeAssetFile('abtc', { deployments: [makeDeployment({ provenance: [] })] }),
        'reserves.json': makeReservesFile([makeCustody(p2wpkh, { provenance: undefined })]),
      },
    });
    expect(places).toEqual([
      'REGISTRY_PROVENANCE_MISSING abtc/asset.json#/deployments/0/provenance',
      'REGISTRY_PROVENANCE_MISSING abtc/reserves.json#/addresses/0/provenance',
    ]);
  });

  it('refuses a source that the file does not have', async () => {
    const entry = makeCustody(p2wpkh, { provenance: ['issuer', 'isuer', 'constructor'] });
    const findings = await findingsIn(withReserves(entry));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_PROVENANCE_MISSING',
        file: 'abtc/reserves.json',
        pointer: '/addresses/0/provenance/1',
        fix: 'Did you mean "issuer"?',
      },
      { code: 'REGISTRY_PROVENANCE_MISSING', pointer: '/addresses/0/provenance/2' },
    ]);
  });
});

describe('checkRegistry: addresses and tokens', () => {
  it('tells a bad checksum from an address of another network', async () => {
    const findings = await findingsIn(
      withReserves(
        'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
        'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
      ),
    );
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_ADDRESS_INVALID',
        file: 'abtc/reserves.json',
        pointer: '/addresses/0/address',
      },
      {
        code: 'REGISTRY_ADDRESS_WRONG_NETWORK',
        file: 'abtc/reserves.json',
        pointer: '/addresses/1/address',
      },
    ]);
    expect(findings[1]?.message).toContain('an address of testnet4 or signet, not of mainnet');
  });

  it('refuses one address twice in an asset, naming both places', async () => {
    const findings = await findingsIn(withReserves(p2sh, p2wpkh, p2wpkh));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_DUPLICATE_ADDRESS',
        file: 'abtc/reserves.json',
        pointer: '/addresses/2/address',
        message: `"${p2wpkh}" is also at abtc/reserves.json#/addresses/1/address`,
      },
    ]);
  });

  it('refuses one address under two assets, naming both places', async () => {
    const asset = makeAssetFile('bbtc', { deployments: [makeDeployment({ token: tron })] });
    const findings = await findingsIn({
      abtc: makeAssetFolder('abtc'),
      bbtc: { 'asset.json': asset, 'reserves.json': makeReservesFile([p2sh, p2wpkh]) },
    });
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_DUPLICATE_ADDRESS',
        file: 'bbtc/reserves.json',
        pointer: '/addresses/1/address',
        message: `"${p2wpkh}" is also at abtc/reserves.json#/addresses/0/address`,
      },
    ]);
  });

  it('compares scripts, not texts, and takes bech32 in lower case only', async () => {
    expect(await placesIn(withReserves(p2wpkh.toUpperCase(), p2wpkh))).toEqual([
      'REGISTRY_ADDRESS_INVALID abtc/reserves.json#/addresses/0/address',
      'REGISTRY_DUPLICATE_ADDRESS abtc/reserves.json#/addresses/1/address',
    ]);
  });

  it('refuses a token without its EIP-55 checksum', async () => {
    const token = makeDeployment().token.toLowerCase();
    expect(await placesIn(withAsset({ deployments: [makeDeployment({ token })] }))).toEqual([
      'REGISTRY_TOKEN_INVALID abtc/asset.json#/deployments/0/token',
    ]);
  });

  it('refuses one deployment twice or under two assets', async () => {
    const places = await placesIn({
      abtc: {
        ...makeAssetFolder('abtc'),
        'asset.json': makeAssetFile('abtc', {
          deployments: [makeDeployment(), makeDeployment({ kind: 'bridged' })],
        }),
      },
      bbtc: { 'asset.json': makeAssetFile('bbtc'), 'reserves.json': makeReservesFile([p2sh]) },
    });
    expect(places).toEqual([
      'REGISTRY_DUPLICATE_DEPLOYMENT abtc/asset.json#/deployments/1/token',
      'REGISTRY_DUPLICATE_DEPLOYMENT bbtc/asset.json#/deployments/0/token',
    ]);
  });

  it('takes up to 18 decimals where tokens are counted, and any where they are not', async () => {
    const deployments = [
      makeDeployment({ decimals: 18 }),
      makeDeployment({ token: tron, decimals: 24, kind: 'bridged' }),
    ];
    expect(await placesIn(withAsset({ deployments }))).toEqual([]);
    expect(await placesIn(withAsset({ deployments: [makeDeployment({ decimals: 19 })] }))).toEqual([
      'REGISTRY_DECIMALS_UNSUPPORTED abtc/asset.json#/deployments/0/decimals',
    ]);
  });
});

describe('checkRegistry: all findings at once', () => {
  it('lets no mistake hide another', async () => {
    const places = await placesIn({
      abtc: {
        'asset.json': makeAssetFile('other', {
          name: 7,
          extra: true,
          deployments: [
            makeDeployment({ token: 'eip155:1/erc20:0x12', provenance: ['nobody'] }),
            makeDeployment({ decimals: 30 }),
            makeDeployment(),
          ],
        }),
        'reserves.json': makeReservesFile([
          'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
          makeCustody(p2wpkh, { custodian: undefined, provenance: [] }),
          'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
          12,
          p2wpkh,
        ]),
      },
      bbtc: { 'asset.json': '{"a": ', 'reserves.json': makeReservesFile([p2wpkh]) },
    });
    expect(places).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/asset.json#/name',
      'REGISTRY_UNKNOWN_KEY abtc/asset.json#/extra',
      'REGISTRY_DUPLICATE_ASSET abtc/asset.json#/id',
      'REGISTRY_PROVENANCE_MISSING abtc/asset.json#/deployments/0/provenance/0',
      'REGISTRY_TOKEN_INVALID abtc/asset.json#/deployments/0/token',
      'REGISTRY_DECIMALS_UNSUPPORTED abtc/asset.json#/deployments/1/decimals',
      'REGISTRY_SCHEMA_INVALID abtc/reserves.json#/addresses/1/custodian',
      'REGISTRY_PROVENANCE_MISSING abtc/reserves.json#/addresses/1/provenance',
      'REGISTRY_SCHEMA_INVALID abtc/reserves.json#/addresses/3',
      'REGISTRY_ADDRESS_INVALID abtc/reserves.json#/addresses/0/address',
      'REGISTRY_ADDRESS_WRONG_NETWORK abtc/reserves.json#/addresses/2/address',
      'REGISTRY_NOT_SORTED abtc/reserves.json#/addresses/1/address',
      'REGISTRY_NOT_SORTED abtc/reserves.json#/addresses/4/address',
      'REGISTRY_JSON_INVALID bbtc/asset.json#/a',
      'REGISTRY_DUPLICATE_DEPLOYMENT abtc/asset.json#/deployments/2/token',
      'REGISTRY_DUPLICATE_ADDRESS abtc/reserves.json#/addresses/4/address',
      'REGISTRY_DUPLICATE_ADDRESS bbtc/reserves.json#/addresses/0/address',
    ]);
  });
});
