import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoAsset } from '../../demo/demoAsset.ts';
import { loadWorldRegistry } from '../../demo/loadWorldRegistry.ts';
import { createWorld, type World } from '../../demo/world.ts';
import { startDevnet } from '../../devnet/startDevnet.ts';
import type { Report } from '../../src/attest/report.ts';
import { type AuditOptions, auditAsset } from '../../src/audit/auditAsset.ts';
import { closeSources, openBitcoinSources, openSupplySources } from '../../src/cli/openSources.ts';
import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { TokenId } from '../../src/core/caip.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { Asset, AssetPolicy, Deployment } from '../../src/registry/asset.ts';
import { expectCode } from '../support/expectCode.ts';
import { expectConsistent } from './demo/expectConsistent.ts';
import { type OpenWorld, openWorld, readClock } from './demo/openWorld.ts';

let open: OpenWorld;
let world: World;

beforeAll(async () => {
  open = await openWorld();
  world = open.world;
});
afterAll(() => open?.close());

function assetOf(id: string): Asset {
  const asset = open.registry.assets.get(id);
  if (!asset) throw new Error(`there is no asset ${id}`);
  return asset;
}

/** The asset, with another policy. */
function under(asset: Asset, policy: Partial<AssetPolicy>): Asset {
  return { ...asset, policy: { ...asset.policy, ...policy } };
}

/** The asset, with its only deployment changed. */
function deployedAs(asset: Asset, change: Partial<Deployment>): Asset {
  return { ...asset, deployments: asset.deployments.map((one) => ({ ...one, ...change })) };
}

interface Servers {
  readonly bitcoin: readonly string[];
  readonly rpc: readonly string[];
}

/** The servers of the world, as the command line names them. */
function servers({ devnet }: World = world): Servers {
  return {
    bitcoin: [devnet.bitcoind.coreSourceUrl],
    rpc: devnet.anvils.map(({ chainId, url }) => `eip155:${chainId}=${url}`),
  };
}

/** Each of the servers under the names of two operators. */
function twice({ bitcoin, rpc }: Servers): Servers {
  const asTwo = (url: string): string[] => [`${url}#operator=a`, `${url}#operator=b`];
  return { bitcoin: bitcoin.flatMap(asTwo), rpc: rpc.flatMap(asTwo) };
}

async function audit(
  asset: Asset,
  options: AuditOptions = {},
  from: Partial<Servers> = {},
  clock: () => UnixTime = readClock,
): Promise<Report> {
  const { bitcoin: urls, rpc } = { ...servers(), ...from };
  const bitcoin = openBitcoinSources(urls, asset.network);
  const supply = openSupplySources(rpc, []);
  try {
    return await auditAsset(asset, options, { bitcoin, supply, clock });
  } finally {
    await closeSources([...bitcoin, ...supply]);
  }
}

function codesOf(report: Report): string[] {
  return report.reasons.map(({ code }) => code);
}

describe('an audit at a height in the past', () => {
  it('gives the state of that block, on both sides', async () => {
    const { height } = await world.devnet.readBitcoinTip();
    const seen = new Set<string>();
    for (const atHeight of [151, 152, 153, 154, 155, 156, 200, height - 6, height]) {
      for (const id of ['dbtc', 'dbtc18']) {
        const report = await audit(under(assetOf(id), { maxSkewSeconds: 7200 }), { atHeight });
        expect(report.reserves.point?.height).toBe(atHeight);
        expect(report.reserves.sats).toBe(world.asset(id).book.reservesAt(atHeight).toString());
        await expectConsistent(report, world);
        seen.add(`${report.reserves.sats}`);
      }
    }
    // dbtc changes in blocks 151, 152, 153 and 154, dbtc18 in two of them.
    expect(seen.size).toBe(6);
  });

  it('or at a moment gives the state of the block before it', async () => {
    const at = await audit(under(assetOf('dbtc'), { maxSkewSeconds: 7200 }), { atHeight: 154 });
    const { point } = at.reserves;
    if (!point) throw new Error('no block was audited');
    for (const atTime of [point.time, point.time + 1]) {
      const report = await audit(under(assetOf('dbtc'), { maxSkewSeconds: 7200 }), {
        atTime: UnixTime(atTime),
      });
      expect(report.reserves.point).toEqual(point);
      expect(report.reserves.sats).toBe(at.reserves.sats);
      await expectConsistent(report, world);
    }
  });

  it('is indeterminate where the token did not exist yet', async () => {
    const report = await audit(assetOf('dbtc'), { atHeight: 150 });
    expect(report.reserves.sats).toBe('0');
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['TOKEN_NO_CODE']);
  });

  it('is indeterminate where the token’s chain did not exist yet', async () => {
    const report = await audit(assetOf('dbtc'), { atHeight: 140 });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['SUPPLY_BLOCK_UNAVAILABLE']);
  });

  it('above the tip is bad input', async () => {
    const { height } = await world.devnet.readBitcoinTip();
    const error = await expectCode(
      () => audit(assetOf('dbtc'), { atHeight: height + 1 }),
      'BITCOIN_HEIGHT_ABOVE_TIP',
    );
    expect(error.facts).toMatchObject({ tip: height });
  });

  it('below a pruned node’s reach is an error, above it is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
    const bitcoindArgs = ['-prune=1', '-fastprune=1'];
    await using devnet = await startDevnet({ startTime: readClock() - 400_000, bitcoindArgs });
    try {
      const custody = {
        p2pkh: 1,
        'p2sh-multisig': 1,
        'p2sh-p2wpkh': 1,
        p2wpkh: 1,
        'p2wsh-multisig': 1,
        p2tr: 1,
      };
      const plan = { id: 'pruned', name: 'Pruned', symbol: 'P', decimals: 8, chainIds: [31337] };
      const asset = await createDemoAsset({ ...plan, custody }, devnet);
      const pruned = createWorld(devnet, [asset]);
      await devnet.mineBitcoin(600);
      await devnet.bitcoind.rpc('pruneblockchain', [400]);
      const { registry } = await loadWorldRegistry(folder, pruned, readClock());
      const entry = registry.assets.get('pruned');
      if (!entry) throw new Error('the asset is missing');
      await expectCode(
        () => audit(entry, { atHeight: 50 }, servers(pruned)),
        'BITCOIN_HEIGHT_PRUNED',
      );
      const report = await audit(entry, { atHeight: 740 }, servers(pruned));
      expect(report.reserves.sats).toBe('0');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a source that cannot be used', () => {
  it('for its wrong password is named in the reasons, without the password', async () => {
    const { coreSourceUrl, password, user, port } = world.devnet.bitcoind;
    const bitcoin = [coreSourceUrl.replace(password, 'not-the-password')];
    const report = await audit(assetOf('dbtc'), {}, { bitcoin });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['SOURCE_UNAUTHORIZED']);
    const text = JSON.stringify(report);
    expect(text).toContain(`core+http://127.0.0.1:${port}`);
    expect(text).not.toContain('not-the-password');
    expect(text).not.toContain(`${user}:`);
    expect(report.supply.amount).not.toBeNull();
  });

  it('for being on another Bitcoin network gives no reserves', async () => {
    const network = bitcoinNetworks.find(({ name }) => name === 'signet');
    if (!network) throw new Error('there is no signet');
    const report = await audit({ ...assetOf('dbtc'), network });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['SOURCE_WRONG_CHAIN']);
    expect(report.reserves.sats).toBeNull();
  });

  it('for serving another chain gives no supply', async () => {
    const rpc = [`eip155:31337=${world.devnet.anvil(31338).url}`];
    const report = await audit(assetOf('dbtc'), {}, { rpc });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['SOURCE_WRONG_CHAIN']);
    expect(report.supply.amount).toBeNull();
    expect(report.reserves.sats).not.toBeNull();
  });

  it('since there is none for one of two chains leaves the other’s supply', async () => {
    const rpc = servers().rpc.slice(0, 1);
    const report = await audit(assetOf('dbtc18'), {}, { rpc });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['SOURCE_MISSING']);
    const [first, second] = report.supply.deployments;
    expect(first?.amount).toMatch(/^\d{20}$/);
    expect(second?.amount).toBeNull();
    expect(report.supply.amount).toBeNull();
  });
});

describe('a token that is not what the registry says', () => {
  const at = (address: string): Partial<Deployment> => ({
    token: TokenId(`eip155:31337/erc20:${getAddress(address)}`),
    reference: getAddress(address),
  });

  it.each([
    ['an account without code', async () => world.devnet.anvil(31337).accounts[3], 'TOKEN_NO_CODE'],
    [
      'a contract that reverts',
      () => world.devnet.deployContract(31337, 'RevertingToken'),
      'TOKEN_REVERTED',
    ],
    [
      'a contract that answers nonsense',
      () => world.devnet.deployContract(31337, 'MalformedToken'),
      'TOKEN_REVERTED',
    ],
    [
      'a contract that is no token',
      () => world.devnet.deployContract(31337, 'NotAToken'),
      'TOKEN_REVERTED',
    ],
  ])('such as %s makes the verdict indeterminate', async (_what, deploy, code) => {
    const address = await deploy();
    await world.advance(7);
    const report = await audit(deployedAs(assetOf('dbtc'), at(address ?? '')));
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual([code]);
    expect(report.supply.amount).toBeNull();
  });

  it('is one with other decimals', async () => {
    const report = await audit(deployedAs(assetOf('dbtc'), { decimals: 18 }));
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['TOKEN_DECIMALS_MISMATCH']);
    expect(report.supply.amount).toBeNull();
  });

  it('is one with another symbol', async () => {
    const report = await audit(deployedAs(assetOf('dbtc'), { symbol: 'WBTC' }));
    expect(codesOf(report)).toEqual(['TOKEN_SYMBOL_MISMATCH']);
  });
});

describe('a quorum of two', () => {
  const quorum = 2;

  it('is not met by one source', async () => {
    const report = await audit(assetOf('dbtc'), { quorum });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['BITCOIN_QUORUM_NOT_MET', 'SUPPLY_QUORUM_NOT_MET']);
    expect(report.policy.quorum).toBe(2);
  });

  it('is not met by two sources of one operator', async () => {
    const [url = ''] = servers().bitcoin;
    const { rpc } = twice(servers());
    const report = await audit(assetOf('dbtc'), { quorum }, { bitcoin: [url, url], rpc });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['BITCOIN_QUORUM_NOT_MET']);
  });

  it('is met by two operators, and the report names both', async () => {
    const report = await audit(assetOf('dbtc18'), { quorum }, twice(servers()));
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    const [first] = report.supply.deployments;
    for (const observations of [report.reserves.observations, first?.observations]) {
      expect(observations?.map(({ operator }) => operator)).toEqual(['a', 'b']);
    }
    await expectConsistent(report, world);
  });

  it('is not met when one of two operators is not there', async () => {
    const { bitcoin, rpc } = twice(servers());
    const gone = 'core+http://127.0.0.1:1#operator=b';
    const [there = ''] = bitcoin;
    const report = await audit(assetOf('dbtc'), { quorum }, { bitcoin: [there, gone], rpc });
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['BITCOIN_QUORUM_NOT_MET']);
    expect(report.reserves.observations.map(({ fault }) => fault?.code)).toEqual([
      undefined,
      'SOURCE_UNREACHABLE',
    ]);
  });
});

describe('reserves', () => {
  it('do not change by what waits in the mempool', async () => {
    const dbtc = world.asset('dbtc');
    const { height } = await world.devnet.readBitcoinTip();
    await dbtc.payOut(dbtc.addressesOf('p2wpkh')[1] ?? '', 100_000_000n);
    const report = await audit(assetOf('dbtc'), { atHeight: height });
    expect(report.reserves.sats).toBe(dbtc.book.reservesAt(height).toString());
    await dbtc.receive([{ address: dbtc.addresses[0] ?? '', sats: 100_010_000n }]);
    await world.advance(1);
  });

  it('of no address are unknown, not zero', async () => {
    const report = await audit({ ...assetOf('dbtc'), custody: [] });
    expect(report.reserves).toMatchObject({ sats: null, utxos: null, addresses: [] });
    expect(report.verdict).toBe('indeterminate');
  });

  it('of an incomplete list are a lower bound, which proves no shortfall', async () => {
    const asset = assetOf('dbtc');
    const missing = [{ side: 'reserves' as const, what: 'more addresses', why: 'a test' }];
    const report = await audit({
      ...asset,
      custody: asset.custody.slice(0, 10),
      coverage: { status: 'partial', missing },
    });
    expect(report.reserves.complete).toBe(false);
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['COVERAGE_PARTIAL']);
  });
});

describe('the smallest unit', () => {
  /** Changes the supply of dbtc18 on one chain and waits until it is audited. */
  async function changeSupply(amount: bigint): Promise<Report> {
    const dbtc18 = world.asset('dbtc18');
    await (amount > 0n ? dbtc18.mint(31337, amount) : dbtc18.burn(31337, -amount));
    await world.advance(7);
    return audit(assetOf('dbtc18'));
  }

  it('decides: equal is backed, one 10^-18 more is under-backed and never a ratio of 1', async () => {
    const { surplus } = await audit(assetOf('dbtc18'));
    const spare = BigInt(surplus?.amount ?? 0);
    const equal = await changeSupply(spare);
    expect(equal).toMatchObject({ verdict: 'backed', ratio: '1.00000000' });
    expect(equal.surplus?.amount).toBe('0');
    const over = await changeSupply(1n);
    expect(over).toMatchObject({ verdict: 'under-backed', ratio: '0.99999999' });
    expect(over.surplus?.amount).toBe('-1');
    expect(over.reasons[0]?.message).toContain('0.000000000000000001 BTC');
    expect((await changeSupply(-1n - spare)).surplus?.amount).toBe(spare.toString());
  });
});

describe('the two sides’ blocks', () => {
  it('may be the last final ones, where that is asked for', async () => {
    const report = await audit(assetOf('dbtc'), { pairing: 'finalized' });
    const final = await world.devnet.anvil(31337).client.getBlock({ blockTag: 'finalized' });
    expect(report.policy.pairing).toBe('finalized');
    expect(report.supply.deployments[0]?.point?.hash).toBe(final.hash);
    // It lies some fifty minutes after the audited Bitcoin block: more than the policy allows.
    expect(codesOf(report)).toEqual(['SKEW_EXCEEDED']);
  });

  it('must not lie too far in the past: the node may have stopped following the chain', async () => {
    const later = UnixTime(world.devnet.now() + 86_400);
    const report = await audit(assetOf('dbtc'), {}, {}, () => later);
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['POINT_STALE']);
    const { height } = await world.devnet.readBitcoinTip();
    const past = await audit(assetOf('dbtc'), { atHeight: height - 5 }, {}, () => later);
    expect(past.verdict).toBe('backed');
  });

  // Last: the token chains stand still from here on.
  it('must not lie further apart than the policy allows', async () => {
    await world.devnet.mineBitcoin(12);
    const report = await audit(assetOf('dbtc'));
    expect(report.verdict).toBe('indeterminate');
    expect(codesOf(report)).toEqual(['SKEW_EXCEEDED']);
    expect(report.supply.deployments[0]?.skewSeconds).toBeGreaterThan(900);
    // What is known is still shown.
    expect(report.ratio).toMatch(/^1\.00/);
    await expectConsistent(report, world);
    const patient = await audit(under(assetOf('dbtc'), { maxSkewSeconds: 86_400 }));
    expect(patient.verdict).toBe('backed');
  });
});
