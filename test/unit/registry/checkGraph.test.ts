import { describe, expect, it } from 'vitest';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import {
  buildRegistry,
  makeAssetFile,
  makeAssetFolder,
  makeDeployment,
} from '../../support/registryBuilder.ts';
import { findingsIn, placesIn } from '../../support/registryFindings.ts';

const ethereum = 'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const optimism = 'eip155:10/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095';
const polygon = 'eip155:137/erc20:0x1BFD67037B42Cf73acF2047067bd4F2C47D9BfD6';
const address = '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c';
const bnb = `eip155:56/erc20:${address}`;
const base = `eip155:8453/erc20:${address}`;

function makeLockbox(locks: string, changes: Readonly<Record<string, unknown>> = {}) {
  const contract = `${locks.split('/')[0]}:${address}`;
  return { contract, kind: 'oft-adapter', locks, provenance: ['issuer'], ...changes };
}

function makeCopy(token: string, lockbox: string) {
  return makeDeployment({ token, kind: 'bridged', lockbox });
}

function withAsset(changes: Readonly<Record<string, unknown>>) {
  return { abtc: { ...makeAssetFolder('abtc'), 'asset.json': makeAssetFile('abtc', changes) } };
}

describe('checkRegistry: the backing graph', () => {
  it('takes a copy of a copy', async () => {
    const deployments = [makeDeployment(), makeCopy(optimism, 'one'), makeCopy(polygon, 'two')];
    const lockboxes = { one: makeLockbox(ethereum), two: makeLockbox(optimism) };
    expect(await placesIn(withAsset({ deployments, lockboxes }))).toEqual([]);
  });

  it('refuses a lockbox on another chain than the token that it locks', async () => {
    const contract = `eip155:10:${address}`;
    const lockboxes = { one: makeLockbox(ethereum, { contract }) };
    const findings = await findingsIn(withAsset({ lockboxes }));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_CHAIN_MISMATCH',
        pointer: '/lockboxes/one/locks',
        message: `the lockbox "${contract}" is not on the chain of "${ethereum}"`,
      },
    ]);
  });

  it('does not take a chain for another whose id begins alike', async () => {
    const lockboxes = { one: makeLockbox(ethereum, { contract: `eip155:100:${address}` }) };
    expect(await placesIn(withAsset({ lockboxes }))).toEqual([
      'REGISTRY_CHAIN_MISMATCH abtc/asset.json#/lockboxes/one/locks',
    ]);
  });

  it('refuses copies that are locked for each other, once for the circle', async () => {
    const deployments = [makeDeployment(), makeCopy(optimism, 'one'), makeCopy(polygon, 'two')];
    const lockboxes = { one: makeLockbox(polygon), two: makeLockbox(optimism) };
    const findings = await findingsIn(withAsset({ deployments, lockboxes }));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_GRAPH_CYCLE',
        pointer: '/deployments/1/lockbox',
        message: 'the lockboxes "one" and "two" lead back to where they began',
      },
    ]);
  });

  it('refuses a longer circle, however the file orders it, and a second one besides', async () => {
    const deployments = [
      makeDeployment(),
      makeCopy(optimism, 'b'),
      makeCopy(polygon, 'c'),
      makeCopy(bnb, 'a'),
      makeCopy(base, 'self'),
    ];
    const lockboxes = {
      a: makeLockbox(optimism),
      b: makeLockbox(polygon),
      c: makeLockbox(bnb),
      self: makeLockbox(base),
    };
    const order = (one: { token: string }, other: { token: string }) =>
      one.token < other.token ? -1 : 1;
    const sorted = deployments.toSorted(order);
    const findings = await findingsIn(withAsset({ deployments: sorted, lockboxes }));
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['REGISTRY_GRAPH_CYCLE', 'the lockboxes "b" and "c" and "a" lead back to where they began'],
      ['REGISTRY_GRAPH_CYCLE', 'the lockbox "self" keeps the very token that is minted against it'],
    ]);
  });

  it('refuses one lockbox twice, also where one of the entries does not say what it locks', async () => {
    const deployments = [makeDeployment(), makeCopy(optimism, 'one'), makeCopy(polygon, 'two')];
    const twice = { one: makeLockbox(ethereum), two: makeLockbox(ethereum) };
    expect(await placesIn(withAsset({ deployments, lockboxes: twice }))).toEqual([
      'REGISTRY_DUPLICATE_CONTRACT abtc/asset.json#/lockboxes/two/contract',
    ]);
    const silent = { ...twice, two: makeLockbox(ethereum, { locks: undefined }) };
    const findings = await findingsIn(withAsset({ deployments, lockboxes: silent }));
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_DUPLICATE_CONTRACT',
        pointer: '/lockboxes/two/contract',
        message: `"eip155:1:${address}" is also the lockbox "one", and here it is not said what it locks`,
      },
    ]);
  });

  it('refuses a copy that is locked for itself, also where another hangs from it', async () => {
    const deployments = [makeDeployment(), makeCopy(optimism, 'two'), makeCopy(polygon, 'one')];
    const lockboxes = {
      one: makeLockbox(polygon),
      two: makeLockbox(polygon, {
        contract: `eip155:137:0x3ee18B2214AFF97000D974cf647E7C347E8fa585`,
      }),
    };
    expect(await placesIn(withAsset({ deployments, lockboxes }))).toEqual([
      'REGISTRY_GRAPH_CYCLE abtc/asset.json#/deployments/2/lockbox',
    ]);
  });

  it('refuses a circle through a canonical deployment that is a copy in part', async () => {
    const part = makeDeployment({ lockbox: 'two' });
    const missing = [{ side: 'supply', what: 'a part', why: 'counted twice' }];
    const lockboxes = { one: makeLockbox(ethereum), two: makeLockbox(optimism) };
    const places = await placesIn(
      withAsset({
        deployments: [part, makeCopy(optimism, 'one')],
        ...{ lockboxes, coverage: { status: 'partial', missing } },
      }),
    );
    expect(places).toEqual(['REGISTRY_GRAPH_CYCLE abtc/asset.json#/deployments/0/lockbox']);
  });
});

describe('checkRegistry: the policy of a lockbox', () => {
  const policy = { toleranceUnits: '100000000', durationSeconds: 3600 };

  it('gives it as it is written', async () => {
    const lockboxes = { one: makeLockbox(ethereum, { policy }), two: makeLockbox(optimism) };
    const deployments = [makeDeployment(), makeDeployment({ token: optimism })];
    await using built = await buildRegistry(withAsset({ lockboxes, deployments }));
    const asset = (await checkRegistry(built.directory)).registry?.assets.get('abtc');
    expect(asset?.lockboxes?.map((one) => one.policy)).toEqual([policy, undefined]);
  });

  it.each([
    ['a number', { ...policy, toleranceUnits: 1 }, '/toleranceUnits'],
    ['a decimal point', { ...policy, toleranceUnits: '1.5' }, '/toleranceUnits'],
    ['a sign', { ...policy, toleranceUnits: '-1' }, '/toleranceUnits'],
    ['nothing at all', { ...policy, toleranceUnits: '0' }, '/toleranceUnits'],
    ['no duration', { toleranceUnits: '1' }, '/durationSeconds'],
    ['no time at all', { ...policy, durationSeconds: 0 }, '/durationSeconds'],
    ['more than a week', { ...policy, durationSeconds: 604_801 }, '/durationSeconds'],
  ])('refuses %s', async (_, wrong, pointer) => {
    const lockboxes = { one: makeLockbox(ethereum, { policy: wrong }) };
    expect(await placesIn(withAsset({ lockboxes }))).toEqual([
      `REGISTRY_SCHEMA_INVALID abtc/asset.json#/lockboxes/one/policy${pointer}`,
    ]);
  });
});
