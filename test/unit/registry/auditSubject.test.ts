import { describe, expect, it } from 'vitest';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset, CustodyAddress, Registry } from '../../../src/registry/asset.ts';
import { auditSubject, listSubjects } from '../../../src/registry/auditSubject.ts';
import { custodyAt } from '../../../src/registry/custodyAt.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import { selectAssets } from '../../../src/registry/selectAssets.ts';
import { expectCode } from '../../support/expectCode.ts';

const [mainnet, testnet] = bitcoinNetworks;
if (!mainnet || !testnet) throw new Error('no networks');

const custody = (script: string, changes: Partial<CustodyAddress> = {}): CustodyAddress => ({
  address: `address-${script}`,
  script,
  scriptType: 'p2tr',
  custodian: 'Custodian',
  provenance: [],
  ...changes,
});

let tokens = 0;
function makeAsset(id: string, changes: Partial<Asset> = {}): Asset {
  tokens += 1;
  const reference = `0x${tokens.toString(16).padStart(40, '0')}`;
  return {
    id,
    name: id,
    symbol: id.toUpperCase(),
    issuer: 'Issuer',
    network: mainnet as NonNullable<typeof mainnet>,
    policy: {
      confirmations: 6,
      maxSkewSeconds: 900,
      maxAgeSeconds: 3600,
      validForSeconds: 3600,
      quorum: 1,
      maxProofAgeDays: 90,
    },
    coverage: { status: 'complete', missing: [] },
    deployments: [
      {
        token: TokenId(`eip155:1/erc20:${reference}`),
        chain: ChainId('eip155:1'),
        standard: 'erc20',
        reference,
        kind: 'canonical',
        decimals: 8,
        symbol: id.toUpperCase(),
        provenance: [],
      },
    ],
    custody: [custody('51')],
    digest: `0x${tokens.toString(16).padStart(64, '0')}`,
    listsDigest: `0x${tokens.toString(16).padStart(64, '0')}`,
    ...changes,
  };
}

function registryOf(...assets: readonly Asset[]): Registry {
  return { assets: new Map(assets.map((one) => [one.id, one])), digest: `0x${'0'.repeat(64)}` };
}

const alone = makeAsset('alone', { custody: [custody('53')] });
const first = makeAsset('first', { pool: 'vault', custody: [custody('51'), custody('52')] });
const second = makeAsset('second', {
  pool: 'vault',
  policy: { ...first.policy, confirmations: 12, maxSkewSeconds: 60, quorum: 2 },
  coverage: { status: 'partial', missing: [{ side: 'reserves', what: 'more', why: 'unknown' }] },
});
const registry = registryOf(alone, first, second);

describe('the subject of an audit', () => {
  it('is the asset itself where its coins back nothing else', () => {
    expect(auditSubject(registry, alone)).toBe(alone);
  });

  it('has the formula of every asset of the pool, and the plain supply of those without', () => {
    const [token] = second.deployments.map((one) => one.token);
    if (!token) throw new Error('the second asset has no token');
    const contract = parseContract('eip155:1:0x5c29868C58b6e15e2b962943278969Ab6a7D3212');
    const feeds = [
      {
        contract,
        kind: 'chainlink-exchange-rate' as const,
        name: 'rate',
        decimals: 8,
        provenance: [],
      },
    ];
    const liability = {
      exclude: [{ token, holder: 'a', reason: 'burnt' as const, provenance: [] }],
      rates: [{ tokens: [token], feed: contract, provenance: [] }],
    };
    const third = makeAsset('third', {
      pool: 'vault',
      liability: {
        exclude: [{ token, holder: 'b', reason: 'other', provenance: [] }],
        rates: [],
      },
    });
    const accruing = { ...second, feeds, liability };
    const pool = registryOf(first, accruing, third);
    for (const asset of [first, accruing]) {
      const subject = auditSubject(pool, asset);
      expect(subject.liability?.rates).toEqual(liability.rates);
      expect(subject.liability?.exclude.map(({ holder }) => holder)).toEqual(['a', 'b']);
      expect(subject.feeds).toEqual(feeds);
    }
    expect(auditSubject(registry, first).liability).toBeUndefined();
  });

  it('is the whole pool: every token of its assets, and every coin once', () => {
    const subject = auditSubject(registry, first);
    expect(subject.sharing).toEqual({ name: 'vault', assets: ['first', 'second'] });
    expect(subject.deployments.map((one) => one.symbol)).toEqual(['FIRST', 'SECOND']);
    expect(custodyAt(subject, UnixTime(0)).map((one) => one.script)).toEqual(['51', '52']);
  });

  it('is the same for each asset of the pool, but for the name', () => {
    const { id, name, symbol, ...one } = auditSubject(registry, first);
    const other = auditSubject(registry, second);
    expect(other).toMatchObject({ id: 'second', digest: one.digest, policy: one.policy });
    expect(other.custody).toEqual(one.custody);
    expect(other.coverage).toEqual(one.coverage);
  });

  it('takes the strictest policy, and lacks what any of its assets lacks', () => {
    const subject = auditSubject(registry, first);
    expect(subject.policy).toMatchObject({ confirmations: 12, maxSkewSeconds: 60, quorum: 2 });
    expect(subject.coverage).toEqual({
      status: 'partial',
      missing: [{ side: 'reserves', what: 'second: more', why: 'unknown' }],
    });
  });

  it('counts an address that one of the assets gave up as long as another lists it', () => {
    const gone = makeAsset('gone', {
      pool: 'p',
      custody: [custody('51', { until: '2020-01-01' })],
    });
    const kept = makeAsset('kept', { pool: 'p' });
    const subject = auditSubject(registryOf(gone, kept), gone);
    expect(custodyAt(subject, UnixTime(1_800_000_000)).map((one) => one.script)).toEqual(['51']);
  });

  it('cannot be a pool over two networks', async () => {
    const other = makeAsset('other', { pool: 'vault', network: testnet });
    await expectCode(() => auditSubject(registryOf(first, other), first), 'REGISTRY_INVALID');
  });
});

it('each pool is a subject once', () => {
  const subjects = listSubjects(registry).map(({ assets }) => assets.map((one) => one.id));
  expect(subjects).toEqual([['alone'], ['first', 'second']]);
});

it('assets on one pool are selected together', () => {
  expect([...selectAssets(registry, ['second']).assets.keys()]).toEqual(['first', 'second']);
  expect([...selectAssets(registry, ['alone']).assets.keys()]).toEqual(['alone']);
});
