import { describe, expect, it } from 'vitest';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import { holdStrictly } from '../../../src/registry/finding.ts';
import {
  type AssetFolder,
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

const { p2wpkh, p2sh } = mainnetAddresses;
const token = 'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const tron = 'tron:0x2b6653dc/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi';
const contract = 'eip155:1:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c';
const otherContract = 'eip155:1:0x3ee18B2214AFF97000D974cf647E7C347E8fa585';
const lockbox = { contract, kind: 'oft-adapter', locks: token, provenance: ['issuer'] };

function withAsset(changes: Readonly<Record<string, unknown>>) {
  return { abtc: { ...makeAssetFolder('abtc'), 'asset.json': makeAssetFile('abtc', changes) } };
}

/** A second asset that lists `p2wpkh` too, and declares what it declares. */
function sharing(changes: Readonly<Record<string, unknown>>): AssetFolder {
  const deployments = [makeDeployment({ token: tron })];
  return {
    'asset.json': makeAssetFile('bbtc', { deployments, ...changes }),
    'reserves.json': makeReservesFile([p2wpkh]),
  };
}

async function checkAsOf(asOf: string, folders: Readonly<Record<string, AssetFolder>>) {
  await using built = await buildRegistry(folders);
  return await checkRegistry(built.directory, asOf);
}

describe('checkRegistry: order', () => {
  it('refuses addresses that are not in the order of their texts', async () => {
    const findings = await findingsIn({
      abtc: { ...makeAssetFolder('abtc'), 'reserves.json': makeReservesFile([p2wpkh, p2sh]) },
    });
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_NOT_SORTED',
        file: 'abtc/reserves.json',
        pointer: '/addresses/1/address',
        message: `"${p2sh}" belongs before "${p2wpkh}"`,
      },
    ]);
  });

  it('refuses deployments that are not in the order of their texts', async () => {
    const deployments = [makeDeployment({ token: tron }), makeDeployment()];
    expect(await placesIn(withAsset({ deployments }))).toEqual([
      'REGISTRY_NOT_SORTED abtc/asset.json#/deployments/1/token',
    ]);
  });
});

describe('checkRegistry: lockboxes', () => {
  it('gives a bridged deployment its lockbox, and keeps one that nobody knows unknown', async () => {
    const deployments = [
      makeDeployment(),
      makeDeployment({
        token: 'eip155:10/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095',
        kind: 'bridged',
      }),
      makeDeployment({ token: tron, kind: 'bridged', lockbox: 'layerzero' }),
    ];
    await using built = await buildRegistry(
      withAsset({ deployments, lockboxes: { layerzero: lockbox } }),
    );
    const { registry, findings } = await checkRegistry(built.directory);
    expect(findings).toEqual([]);
    const asset = registry?.assets.get('abtc');
    expect(asset?.deployments[0]).not.toHaveProperty('lockbox');
    expect(asset?.deployments[1]?.lockbox).toBe('unknown');
    expect(asset?.deployments[2]?.lockbox).toMatchObject({
      key: 'layerzero',
      contract,
      kind: 'oft-adapter',
      locks: token,
      provenance: [{ by: 'the issuer' }],
    });
    expect(asset?.lockboxes).toEqual([asset?.deployments[2]?.lockbox]);
  });

  it('refuses a bridged deployment that says nothing of its lockbox', async () => {
    const deployments = [
      makeDeployment(),
      makeDeployment({ token: tron, kind: 'bridged', lockbox: undefined }),
    ];
    expect(await placesIn(withAsset({ deployments }))).toEqual([
      'REGISTRY_LOCKBOX_MISSING abtc/asset.json#/deployments/1/lockbox',
    ]);
  });

  it('refuses a lockbox and a locked deployment that the file does not have', async () => {
    const deployments = [
      makeDeployment(),
      makeDeployment({ token: tron, kind: 'bridged', lockbox: 'layrzero' }),
    ];
    const lockboxes = { layerzero: { ...lockbox, locks: `${token.slice(0, -1)}8` } };
    const findings = await findingsIn(withAsset({ deployments, lockboxes }));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_REFERENCE_UNKNOWN',
        pointer: '/deployments/1/lockbox',
        fix: 'Did you mean "layerzero"?',
      },
      { code: 'REGISTRY_REFERENCE_UNKNOWN', pointer: '/lockboxes/layerzero/locks' },
    ]);
  });

  it('takes a lockbox for a part of a canonical deployment, and only while coverage is partial', async () => {
    const deployments = [makeDeployment({ lockbox: 'layerzero' })];
    const lockboxes = { layerzero: { ...lockbox, locks: undefined } };
    expect(await placesIn(withAsset({ deployments, lockboxes }))).toEqual([
      'REGISTRY_LOCKBOX_UNEXPECTED abtc/asset.json#/deployments/0/lockbox',
    ]);
    const missing = [{ side: 'supply', what: 'a part', why: 'locked' }];
    const coverage = { status: 'partial', missing };
    expect(await placesIn(withAsset({ deployments, lockboxes, coverage }))).toEqual([]);
    const unknown = [makeDeployment({ lockbox: 'unknown' })];
    expect(await placesIn(withAsset({ deployments: unknown, coverage }))).toEqual([
      'REGISTRY_LOCKBOX_UNEXPECTED abtc/asset.json#/deployments/0/lockbox',
    ]);
  });

  it('refuses one lockbox twice, but lets one contract keep two tokens', async () => {
    const second = 'eip155:1/erc20:0x3ee18B2214AFF97000D974cf647E7C347E8fa585';
    const deployments = [makeDeployment(), makeDeployment({ token: second })];
    const twice = { one: lockbox, two: lockbox };
    expect(await placesIn(withAsset({ deployments, lockboxes: twice }))).toEqual([
      'REGISTRY_DUPLICATE_CONTRACT abtc/asset.json#/lockboxes/two/contract',
    ]);
    const both = { one: lockbox, two: { ...lockbox, locks: second } };
    expect(await placesIn(withAsset({ deployments, lockboxes: both }))).toEqual([]);
  });

  it('refuses a lockbox of the name "unknown"', async () => {
    expect(await placesIn(withAsset({ lockboxes: { unknown: lockbox } }))).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/asset.json#/lockboxes/unknown',
    ]);
  });
});

describe('checkRegistry: feeds, control and discovery', () => {
  const feed = {
    contract,
    kind: 'chainlink-por',
    name: 'ABTC Proof of Reserves',
    decimals: 8,
    provenance: ['issuer'],
  };
  const factory = { role: 'factory', contract, provenance: ['issuer'] };

  it('gives them with their sources', async () => {
    const list = { kind: 'por-address-list', contract, provenance: ['issuer'] };
    await using built = await buildRegistry(
      withAsset({ feeds: [feed], control: [factory], discovery: [list] }),
    );
    const asset = (await checkRegistry(built.directory)).registry?.assets.get('abtc');
    expect(asset?.feeds).toMatchObject([{ contract, provenance: [{ by: 'the issuer' }] }]);
    expect(asset?.control).toMatchObject([{ role: 'factory', provenance: [{ by: 'the issuer' }] }]);
    expect(asset?.discovery).toEqual([list]);
  });

  it('refuses a contract without its checksum, and one without its chain', async () => {
    const feeds = [{ ...feed, contract: contract.toLowerCase() }];
    const control = [{ ...factory, contract: contract.slice('eip155:1:'.length) }];
    expect(await placesIn(withAsset({ feeds, control }))).toEqual([
      'REGISTRY_CONTRACT_INVALID abtc/asset.json#/feeds/0/contract',
      'REGISTRY_CONTRACT_INVALID abtc/asset.json#/control/0/contract',
    ]);
  });

  it('refuses one feed twice and one control contract twice', async () => {
    const control = [factory, { ...factory, contract: otherContract }, { ...factory, role: 'x' }];
    expect(await placesIn(withAsset({ feeds: [feed, feed], control }))).toEqual([
      'REGISTRY_DUPLICATE_CONTRACT abtc/asset.json#/feeds/1/contract',
      'REGISTRY_DUPLICATE_CONTRACT abtc/asset.json#/control/2/contract',
    ]);
  });

  it('refuses a source that the file does not have, wherever it is named', async () => {
    const provenance = ['isuer'];
    const places = await placesIn(
      withAsset({
        lockboxes: { layerzero: { ...lockbox, provenance } },
        feeds: [{ ...feed, provenance }],
        control: [{ ...factory, provenance }],
        discovery: [{ kind: 'lombard-por', contract, provenance }],
      }),
    );
    expect(places).toEqual([
      'REGISTRY_PROVENANCE_MISSING abtc/asset.json#/feeds/0/provenance/0',
      'REGISTRY_PROVENANCE_MISSING abtc/asset.json#/control/0/provenance/0',
      'REGISTRY_PROVENANCE_MISSING abtc/asset.json#/discovery/0/provenance/0',
      'REGISTRY_PROVENANCE_MISSING abtc/asset.json#/lockboxes/layerzero/provenance/0',
    ]);
  });

  it('refuses a place of discovery that nothing reads', async () => {
    const discovery = [
      { kind: 'html-page', url: 'https://issuer.example/', provenance: ['issuer'] },
    ];
    expect(await placesIn(withAsset({ discovery }))).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/asset.json#/discovery/0/kind',
    ]);
  });
});

describe('checkRegistry: shared pools', () => {
  it('takes one address under two assets that declare one pool', async () => {
    const pool = 'shared-vault';
    await using built = await buildRegistry({ ...withAsset({ pool }), bbtc: sharing({ pool }) });
    const { registry, findings } = await checkRegistry(built.directory);
    expect(findings).toEqual([]);
    expect([...(registry?.assets.values() ?? [])].map((asset) => asset.pool)).toEqual([pool, pool]);
  });

  it.each([
    ['only one declares it', {}],
    ['each declares another', { pool: 'other' }],
  ])('refuses the address where %s', async (_, changes) => {
    const findings = await findingsIn({ ...withAsset({ pool: 'vault' }), bbtc: sharing(changes) });
    expect(findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'REGISTRY_DUPLICATE_ADDRESS bbtc/reserves.json',
      'REGISTRY_POOL_INVALID abtc/asset.json',
      ...('pool' in changes ? ['REGISTRY_POOL_INVALID bbtc/asset.json'] : []),
    ]);
  });

  it('refuses the address for a third asset, and twice within one', async () => {
    const places = await placesIn({
      ...withAsset({ pool: 'vault' }),
      bbtc: {
        ...sharing({ pool: 'vault' }),
        'reserves.json': makeReservesFile([p2wpkh, p2wpkh]),
      },
      cbtc: {
        'asset.json': makeAssetFile('cbtc', {
          deployments: [],
          coverage: { status: 'retired' },
        }),
        'reserves.json': makeReservesFile([p2wpkh]),
      },
    });
    expect(places).toEqual([
      'REGISTRY_DUPLICATE_ADDRESS bbtc/reserves.json#/addresses/1/address',
      'REGISTRY_DUPLICATE_ADDRESS cbtc/reserves.json#/addresses/0/address',
    ]);
  });

  it('refuses a deployment under two assets of one pool', async () => {
    const pool = 'vault';
    const places = await placesIn({
      ...withAsset({ pool }),
      bbtc: sharing({ pool, deployments: [makeDeployment()] }),
    });
    expect(places).toEqual(['REGISTRY_DUPLICATE_DEPLOYMENT bbtc/asset.json#/deployments/0/token']);
  });

  it('refuses a pool across two networks', async () => {
    const pool = 'vault';
    const places = await placesIn({
      ...withAsset({ pool }),
      bbtc: {
        ...sharing({ pool, reserveChain: regtest }),
        'reserves.json': makeReservesFile(['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080']),
      },
    });
    expect(places).toEqual([
      'REGISTRY_POOL_INVALID abtc/asset.json#/pool',
      'REGISTRY_POOL_INVALID bbtc/asset.json#/pool',
    ]);
  });
});

describe('checkRegistry: dates', () => {
  const reserves = makeReservesFile([
    makeCustody(p2sh, { since: '2026-02-01', until: '2026-03-01' }),
    p2wpkh,
  ]);
  const folders = {
    abtc: {
      'asset.json': makeAssetFile('abtc', { reviewBy: '2026-06-30' }),
      'reserves.json': reserves,
    },
  };
  const placesOf = ({ findings }: Awaited<ReturnType<typeof checkRegistry>>) =>
    findings.map(({ code, severity, file, pointer }) => `${severity} ${code} ${file}#${pointer}`);

  it('takes those up to the day of the check', async () => {
    expect(placesOf(await checkAsOf('2026-03-01', folders))).toEqual([]);
  });

  it('refuses those of sources and custody that lie after it', async () => {
    const check = await checkAsOf('2026-01-01', folders);
    expect(placesOf(check)).toEqual([
      'error REGISTRY_DATE_FUTURE abtc/asset.json#/sources/issuer/date',
      'error REGISTRY_DATE_FUTURE abtc/reserves.json#/sources/issuer/date',
      'error REGISTRY_DATE_FUTURE abtc/reserves.json#/addresses/0/since',
      'error REGISTRY_DATE_FUTURE abtc/reserves.json#/addresses/0/until',
    ]);
    expect(check.registry).toBeNull();
  });

  it('warns of an overdue review, which strictly is an error', async () => {
    expect(placesOf(await checkAsOf('2026-06-30', folders))).toEqual([]);
    const check = await checkAsOf('2026-07-01', folders);
    expect(placesOf(check)).toEqual(['warning REGISTRY_REVIEW_OVERDUE abtc/asset.json#/reviewBy']);
    expect(check.registry?.assets.size).toBe(1);
    expect(holdStrictly(check.findings).map(({ severity }) => severity)).toEqual(['error']);
  });

  it('finds nothing by the day where no day is given', async () => {
    const future = { ...makeAssetFile('abtc').sources.issuer, date: '9999-12-31' };
    const changes = { sources: { issuer: future }, reviewBy: '2000-01-01' };
    expect(await placesIn(withAsset(changes))).toEqual([]);
  });
});
