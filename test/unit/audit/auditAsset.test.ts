import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { type AuditOptions, auditAsset } from '../../../src/audit/auditAsset.ts';
import type { ReadClaims } from '../../../src/audit/claim.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset } from '../../../src/registry/asset.ts';
import { expectCode } from '../../support/expectCode.ts';
import {
  type BitcoinScript,
  type SupplyScript,
  scriptBitcoin,
  scriptSupply,
} from '../../support/scriptedSources.ts';

const ethereum = ChainId('eip155:1');
const regtest = bitcoinNetworks.find((network) => network.name === 'regtest');
if (!regtest) throw new Error('no regtest');

const asset: Asset = {
  id: 'tbtc',
  name: 'Test bitcoin',
  symbol: 'TBTC',
  issuer: 'Test',
  network: regtest,
  policy: {
    confirmations: 6,
    maxSkewSeconds: 900,
    maxAgeSeconds: 21_600,
    validForSeconds: 3600,
    quorum: 1,
    maxProofAgeDays: 90,
  },
  coverage: { status: 'complete', missing: [] },
  deployments: [
    {
      token: TokenId('eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599'),
      chain: ethereum,
      standard: 'erc20',
      reference: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
      kind: 'canonical',
      decimals: 8,
      symbol: 'TBTC',
      provenance: [],
    },
  ],
  custody: ['51', '52'].map((script) => ({
    address: `bcrt1q${script}`,
    script,
    scriptType: 'p2tr',
    custodian: 'Test',
    provenance: [],
  })),
  digest: `0x${'0'.repeat(64)}`,
  listsDigest: `0x${'0'.repeat(64)}`,
};

const clock = () => UnixTime(65_000);
const honest: BitcoinScript = {
  operator: 'a',
  holdings: (script) => (script === '51' ? 70n : 30n),
};
const supplied: SupplyScript = { operator: 'x', amount: () => 100n };

interface World {
  readonly bitcoin?: readonly BitcoinScript[];
  readonly supply?: readonly SupplyScript[];
  readonly asset?: Asset;
  readonly options?: AuditOptions;
}

function audit(world: World = {}) {
  const subject = world.asset ?? asset;
  const bitcoin = (world.bitcoin ?? [honest]).map((one) => scriptBitcoin(subject, one));
  const supply = (world.supply ?? [supplied]).map((one) => scriptSupply(ethereum, one));
  const pause = async () => {};
  return auditAsset(subject, world.options ?? {}, { bitcoin, supply, clock, pause });
}

function codes(report: { reasons: readonly { code: string }[] }): string[] {
  return report.reasons.map((reason) => reason.code);
}

describe('an audit', () => {
  it('matches both sides at one moment and names the blocks', async () => {
    const report = await audit();
    expect(report).toMatchObject({
      verdict: 'backed',
      reasons: [],
      reserves: { sats: '100', complete: true, point: { height: 100, time: 60_000 }, utxos: 0 },
      supply: { amount: (100n * 10n ** 10n).toString(), complete: true },
      surplus: { amount: '0', decimals: 18 },
      ratio: '1.00000000',
      observedAt: 65_000,
      validUntil: 68_600,
    });
    expect(report.supply.deployments[0]).toMatchObject({
      amount: '100',
      skewSeconds: 0,
      point: { height: 5000, time: 60_000 },
    });
    expect(report.reserves.addresses.map((one) => one.sats)).toEqual(['70', '30']);
  });

  it('reads the supply at the aligned block, not at the latest', async () => {
    const supply = [{ ...supplied, amount: (height: number) => (height > 5000 ? 50n : 101n) }];
    const report = await audit({ supply });
    expect(report.verdict).toBe('under-backed');
    expect(codes(report)).toEqual(['RESERVES_BELOW_SUPPLY']);
    expect(report.surplus?.amount).toBe((-1n * 10n ** 10n).toString());
    expect(report.window).toMatchObject({ holdsAcrossWindow: false });
  });

  it('reads the last final block where it is told to', async () => {
    const report = await audit({
      supply: [{ ...supplied, finalizedHeight: 5010 }],
      options: { pairing: 'finalized' },
    });
    expect(report.supply.deployments[0]).toMatchObject({
      point: { height: 5010 },
      skewSeconds: -120,
    });
    expect(report).toMatchObject({ verdict: 'backed', policy: { pairing: 'finalized' } });
  });

  it('is indeterminate past the skew that the policy allows', async () => {
    const report = await audit({ supply: [{ ...supplied, finalizedHeight: 4900 }] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['SKEW_EXCEEDED']);
    expect(report.supply.deployments[0]?.skewSeconds).toBe(1200);
  });
});

describe('what cannot be read', () => {
  it('makes the verdict indeterminate, and the other side is still shown', async () => {
    const report = await audit({ bitcoin: [{ ...honest, fails: 'readReserves' }] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toContain('SOURCE_UNREACHABLE');
    expect(report.reserves).toMatchObject({ sats: null, complete: false, utxos: null });
    expect(report.supply.deployments[0]?.amount).toBe('100');
    expect(report.reserves.observations[0]?.fault?.code).toBe('SOURCE_UNREACHABLE');
  });

  it('leaves a moment to show for the supply when no Bitcoin block is known', async () => {
    const report = await audit({
      bitcoin: [{ ...honest, fails: 'readTip' }],
      supply: [{ ...supplied, finalizedHeight: 5005 }],
    });
    expect(report.verdict).toBe('indeterminate');
    expect(report.reserves.point).toBeNull();
    expect(report.supply.deployments[0]).toMatchObject({
      amount: '100',
      point: { height: 5005 },
      skewSeconds: null,
    });
  });

  it('is a missing source where none is configured for a chain', async () => {
    const report = await audit({ supply: [] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['SOURCE_MISSING']);
    expect(report.reserves.sats).toBe('100');
  });

  it('is a chain that assay cannot read yet', async () => {
    const token = TokenId('stacks:1/sip10:SP000.token');
    const [first] = asset.deployments;
    if (!first) throw new Error('no deployment');
    const onStacks = { ...first, token, chain: ChainId('stacks:1'), standard: 'sip10' };
    const report = await audit({ asset: { ...asset, deployments: [first, onStacks] } });
    expect(report.verdict).toBe('indeterminate');
    expect(report.reasons).toMatchObject([{ code: 'SUPPLY_CHAIN_UNSUPPORTED', subject: token }]);
    expect(report.supply).toMatchObject({ amount: null, complete: false });
    expect(report.supply.deployments.map((one) => one.amount)).toEqual(['100', null]);
  });

  it('never counts a bridged copy', async () => {
    const [first] = asset.deployments;
    if (!first) throw new Error('no deployment');
    const token = TokenId('eip155:1/erc20:0x0000000000000000000000000000000000000001');
    const copy = { ...first, token, kind: 'bridged' as const };
    const report = await audit({ asset: { ...asset, deployments: [first, copy] } });
    expect(report).toMatchObject({ verdict: 'backed', supply: { amount: '1000000000000' } });
    expect(report.notProven.join(' ')).toContain('1 bridged');
  });

  it('leaves out an address that was not in custody on that day', async () => {
    const [first, second] = asset.custody;
    if (!first || !second) throw new Error('no custody');
    const custody = [
      { ...first, since: '1970-01-01', until: '1970-01-01' },
      { ...second, until: '1969-12-31' },
    ];
    const report = await audit({ asset: { ...asset, custody } });
    expect(report.reserves).toMatchObject({ sats: '70', addresses: [{ address: first.address }] });
    expect(report.verdict).toBe('under-backed');
  });

  it('takes no custody address for unknown reserves, not for none', async () => {
    const report = await audit({ asset: { ...asset, custody: [] } });
    expect(report.verdict).toBe('indeterminate');
    expect(report.reserves).toMatchObject({ sats: null, complete: false, utxos: null });
    expect(report.surplus).toBeNull();
  });

  it('says nothing of an asset that is retired', async () => {
    const supply = [{ ...supplied, amount: () => 101n }];
    const coverage = { status: 'retired' as const, missing: [] };
    const report = await audit({ supply, asset: { ...asset, coverage } });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['ASSET_RETIRED', 'ASSET_RETIRED']);
    expect(report).toMatchObject({ reserves: { sats: '100' }, surplus: null });
  });

  it('is what the registry says that it lacks', async () => {
    const missing = [{ side: 'supply' as const, what: 'a chain', why: 'not found' }];
    const report = await audit({ asset: { ...asset, coverage: { status: 'partial', missing } } });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['COVERAGE_PARTIAL']);
    expect(report.reserves.sats).toBe('100');
  });
});

describe('several sources', () => {
  const liar: BitcoinScript = { operator: 'b', holdings: () => 1_000n };

  it('disagree: no side is taken', async () => {
    const report = await audit({ bitcoin: [honest, liar] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
    expect(report.reserves.observations.map((one) => one.sats)).toEqual(['100', '2000']);
  });

  it('outvote a liar where the quorum is two', async () => {
    const bitcoin = [honest, liar, { ...honest, operator: 'c' }];
    const supply = [supplied, { ...supplied, operator: 'y' }];
    const report = await audit({ bitcoin, supply, options: { quorum: 2 } });
    expect(report).toMatchObject({ verdict: 'backed', reserves: { sats: '100' } });
  });

  it('compare address by address: the same total from other coins is no agreement', async () => {
    const swapped = { operator: 'b', holdings: (script: string) => (script === '51' ? 30n : 70n) };
    const report = await audit({ bitcoin: [honest, swapped] });
    expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
  });

  it('of one operator count once', async () => {
    const report = await audit({ bitcoin: [honest, honest], options: { quorum: 2 } });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toContain('BITCOIN_QUORUM_NOT_MET');
  });

  it('of one operator that contradict each other count for nothing', async () => {
    const [short, other] = [
      { ...supplied, amount: () => 90n },
      { ...supplied, operator: 'y', amount: () => 90n },
    ];
    const report = await audit({ supply: [supplied, short, other], options: { quorum: 2 } });
    expect(report).toMatchObject({ verdict: 'indeterminate', supply: { amount: null } });
    expect(codes(report)).toContain('SUPPLY_SOURCES_DISAGREE');
    // Where one operator is enough, it is the other one.
    const lone = await audit({ supply: [supplied, short, other], bitcoin: [honest, honest] });
    expect(lone.supply.deployments[0]).toMatchObject({
      amount: '90',
      agreement: { operators: 1, of: 2 },
      observations: [{ agrees: false }, { agrees: false }, { agrees: true }],
    });
    checkReport(lone);
  });

  it('of one operator that name two blocks are not asked what lies there', async () => {
    const forked = { ...honest, fork: () => 1 };
    const other = { ...honest, operator: 'b' };
    const report = await audit({ bitcoin: [honest, forked, other] });
    expect(report.reserves).toMatchObject({
      sats: '100',
      agreement: { operators: 1, of: 2 },
      observations: [{ agrees: false }, { agrees: false }, { agrees: true }],
    });
    checkReport(report);
  });

  it('that lag behind do not decide the block while others have the quorum', async () => {
    const lagging = { ...honest, operator: 'b', tip: 50 };
    const report = await audit({ bitcoin: [honest, lagging] });
    expect(report.reserves.point?.height).toBe(100);
  });

  it('on different forks at the same height: no block is chosen', async () => {
    const report = await audit({ bitcoin: [honest, { ...honest, operator: 'b', fork: () => 1 }] });
    expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
    expect(report.reserves.point).toBeNull();
  });

  it('of a token chain must name one block and one supply', async () => {
    const other = { ...supplied, operator: 'y', amount: () => 99n };
    expect(codes(await audit({ supply: [supplied, other] }))).toEqual(['SUPPLY_SOURCES_DISAGREE']);
    const forked = { ...supplied, operator: 'y', fork: 1 };
    expect(codes(await audit({ supply: [supplied, forked] }))).toEqual(['SUPPLY_SOURCES_DISAGREE']);
  });
});

describe('what was established in part', () => {
  const partial = { ...honest, unread: ['52'] };

  it('is a lower bound: shown, and too little to decide anything', async () => {
    const report = await audit({ bitcoin: [partial] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['BITCOIN_RESERVES_PARTIAL']);
    expect(report.reserves).toMatchObject({
      sats: null,
      complete: false,
      atLeast: { sats: '70', addresses: 1, of: 2 },
      agreement: { operators: 0, of: 1 },
    });
    expect(report.reserves.addresses.map(({ sats }) => sats)).toEqual(['70', null]);
    expect(report).toMatchObject({ surplus: null, ratio: null, window: null });
    expect(() => checkReport(report)).not.toThrow();
  });

  it('shows backed where it covers the whole supply, and says that it rests on a bound', async () => {
    const supply = [{ ...supplied, amount: () => 70n }];
    const report = await audit({ bitcoin: [partial], supply });
    expect(report).toMatchObject({ verdict: 'backed', restsOnBounds: true, reasons: [] });
    expect(report).toMatchObject({ surplus: { amount: '0' }, ratio: '1.00000000' });
    expect(() => checkReport(report)).not.toThrow();
  });

  it('never shows under-backed', async () => {
    const supply = [{ ...supplied, amount: () => 71n }];
    const report = await audit({ bitcoin: [partial], supply });
    expect(report).toMatchObject({ verdict: 'indeterminate', restsOnBounds: false, ratio: null });
  });

  it('is completed by a source that could read the rest', async () => {
    const other = { ...honest, operator: 'b', unread: ['51'] };
    const report = await audit({ bitcoin: [partial, other] });
    expect(report).toMatchObject({ verdict: 'backed', restsOnBounds: false });
    expect(report.reserves).toMatchObject({ sats: '100', atLeast: null });
    expect(report.window).toBeNull();
    expect(report.reserves.observations.map(({ fault }) => fault?.code)).toEqual([
      'BITCOIN_RESERVES_PARTIAL',
      'BITCOIN_RESERVES_PARTIAL',
    ]);
  });

  it('decides nothing where sources disagree about the rest', async () => {
    const liar = {
      ...honest,
      operator: 'b',
      holdings: (script: string) => (script === '51' ? 70n : 1n),
    };
    const tokens = { ...supplied, amount: () => 70n };
    const supply = [tokens, { ...tokens, operator: 'y' }];
    const report = await audit({ bitcoin: [honest, liar], supply, options: { quorum: 2 } });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
    expect(report.reserves.atLeast).toEqual({ sats: '70', addresses: 1, of: 2 });
  });

  it('of a supply is a lower bound as well, unless the registry knows of a gap', async () => {
    const [first, ...others] = asset.deployments;
    if (!first) throw new Error('the asset has no deployment');
    const unreadable = {
      ...first,
      token: TokenId(
        'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:So11111111111111111111111111111111111111112',
      ),
      chain: ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'),
    };
    const two = { ...asset, deployments: [first, ...others, unreadable] };
    expect((await audit({ asset: two })).supply).toMatchObject({
      amount: null,
      atLeast: { amount: (100n * 10n ** 10n).toString(), deployments: 1, of: 2 },
    });
    const missing = [{ side: 'supply' as const, what: 'a chain', why: 'unknown' }];
    const gap = { ...two, coverage: { status: 'partial' as const, missing } };
    expect((await audit({ asset: gap })).supply.atLeast).toBeNull();
  });
});

describe('agreement', () => {
  it('is counted for each figure, and says who was silent and who said otherwise', async () => {
    const dead = { ...honest, operator: 'c', fails: 'readReserves' as const };
    const liar = { ...honest, operator: 'd', holdings: () => 70n };
    const bitcoin = [honest, { ...honest, operator: 'b' }, dead, liar];
    const supply = [supplied, { ...supplied, operator: 'y' }];
    const report = await audit({ bitcoin, supply, options: { quorum: 2 } });
    expect(report.verdict).toBe('backed');
    expect(report.reserves.agreement).toEqual({ operators: 2, of: 4 });
    expect(
      report.reserves.observations.map(({ operator, agrees, fault }) => [
        operator,
        agrees,
        fault?.code,
      ]),
    ).toEqual([
      ['a', true, undefined],
      ['b', true, undefined],
      ['c', false, 'SOURCE_UNREACHABLE'],
      ['d', false, undefined],
    ]);
    expect(report.supply.deployments[0]?.agreement).toEqual({ operators: 2, of: 2 });
  });
});

describe('claims of others', () => {
  const feed = { kind: 'chainlink-por', name: 'a feed', side: 'reserves', decimals: 8 } as const;
  const claiming = (readClaims: ReadClaims, world: World = {}) => {
    const bitcoin = (world.bitcoin ?? [honest]).map((one) => scriptBitcoin(asset, one));
    const supply = [scriptSupply(ethereum, supplied)];
    return auditAsset(asset, {}, { bitcoin, supply, clock, readClaims, pause: async () => {} });
  };

  it('stand beside the figures with their difference, and decide nothing', async () => {
    const seen: unknown[] = [];
    const report = await claiming(async (subject, points) => {
      seen.push(subject.id, points);
      const error = new AssayError('SOURCE_TIMEOUT');
      return [
        { ...feed, amount: 1n, publishedAt: UnixTime(59_000), stale: true },
        { ...feed, error },
        { ...feed, side: 'supply', decimals: 36, amount: 1n, publishedAt: null, stale: null },
      ];
    });
    expect(report.verdict).toBe('backed');
    expect(seen).toEqual(['tbtc', [expect.objectContaining({ chain: ethereum, height: 5000 })]]);
    expect(report.claims).toMatchObject([
      { amount: '1', stale: true, publishedAt: 59_000, difference: (-99n * 10n ** 10n).toString() },
      { amount: null, difference: null, fault: { code: 'SOURCE_TIMEOUT' } },
      { amount: '1', decimals: 36, difference: null },
    ]);
    expect(() => checkReport(report)).not.toThrow();
  });

  it('have no difference to what is not known', async () => {
    const claim = { ...feed, amount: 100n, publishedAt: null, stale: null };
    const report = await claiming(async () => [claim], {
      bitcoin: [{ ...honest, fails: 'readReserves' }],
    });
    expect(report.claims).toMatchObject([{ amount: '100', difference: null }]);
  });

  it('hold up no audit when they cannot be read at all', async () => {
    const report = await claiming(async () => {
      throw new Error('of any kind');
    });
    expect(report).toMatchObject({ verdict: 'backed', claims: [] });
  });
});

describe('a moment that is asked for', () => {
  it('is audited at the block before it', async () => {
    const report = await audit({ options: { atTime: UnixTime(90 * 600 + 599) } });
    expect(report.reserves.point).toMatchObject({ height: 90, time: 54_000 });
    expect(report.policy.maxAgeSeconds).toBeNull();
    expect(report.validUntil).toBe(report.observedAt);
    expect(report.notProven).toContain(
      'That it is so now: a block of the past was asked for, and this tells of it alone.',
    );
  });

  it('in the future is bad input', async () => {
    await expectCode(
      () => audit({ options: { atTime: UnixTime(63_000) } }),
      'BITCOIN_TIME_UNKNOWN',
    );
  });
});

describe('a reorganisation during the audit', () => {
  it('starts it again on the new chain', async () => {
    let calls = 0;
    const fork = () => (++calls > 2 ? 1 : 0);
    const report = await audit({ bitcoin: [{ ...honest, fork }] });
    expect(report.verdict).toBe('backed');
    const first = await audit({ bitcoin: [honest] });
    expect(report.reserves.point?.hash).not.toBe(first.reserves.point?.hash);
  });

  it('that does not end leaves the verdict indeterminate', async () => {
    let calls = 0;
    const report = await audit({ bitcoin: [{ ...honest, fork: () => calls++ % 16 }] });
    expect(report.verdict).toBe('indeterminate');
    expect(codes(report)).toContain('BITCOIN_REORGANISED');
    expect(report.reserves.sats).toBeNull();
  });
});

it('gives no verdict when it is ended while it reads', async () => {
  const controller = new AbortController();
  const reason = new Error('ended');
  const holdings = () => {
    controller.abort(reason);
    return 50n;
  };
  const bitcoin = [scriptBitcoin(asset, { ...honest, holdings })];
  const supply = [scriptSupply(ethereum, supplied)];
  const context = { signal: controller.signal };
  await expect(auditAsset(asset, {}, { bitcoin, supply, clock }, context)).rejects.toBe(reason);
});

describe('a chain that moves while it is read', () => {
  const lowered = new AssayError('BITCOIN_HEIGHT_ABOVE_TIP');

  it.each(['readPoint', 'readReserves'] as const)(
    'so that the tip is below the block for a moment, in %s, starts the audit again',
    async (fails) => {
      const report = await audit({ bitcoin: [{ ...honest, fails, error: lowered, times: 1 }] });
      expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    },
  );

  it('for one source alone does not keep the others from agreeing', async () => {
    const error = new AssayError('BITCOIN_REORGANISED');
    const bitcoin = [
      honest,
      { ...honest, operator: 'b', fails: 'readReserves' as const, error },
      { ...honest, operator: 'c' },
    ];
    const supply = [supplied, { ...supplied, operator: 'y' }];
    const report = await audit({ bitcoin, supply, options: { quorum: 2 } });
    expect(report).toMatchObject({ verdict: 'backed', reserves: { sats: '100' } });
    expect(report.reserves.observations[1]?.fault?.code).toBe('BITCOIN_REORGANISED');
  });
});

describe('a height that is asked for', () => {
  it('is audited as it was then', async () => {
    const report = await audit({ options: { atHeight: 90 } });
    expect(report.reserves.point?.height).toBe(90);
    expect(report.supply.deployments[0]?.point?.time).toBe(54_000);
    expect(report.validUntil).toBe(report.observedAt);
  });

  it('above the tip is bad input', async () => {
    await expectCode(() => audit({ options: { atHeight: 106 } }), 'BITCOIN_HEIGHT_ABOVE_TIP');
  });

  it('that the source has pruned is an error that says so', async () => {
    const error = new AssayError('BITCOIN_HEIGHT_PRUNED', { message: 'keeps blocks from 95' });
    const bitcoin = [{ ...honest, fails: 'readReserves' as const, error }];
    const thrown = await expectCode(
      () => audit({ bitcoin, options: { atHeight: 90 } }),
      error.code,
    );
    expect(thrown.message).toContain('95');
  });
});

describe('the order of an audit', () => {
  it('looks at the Bitcoin block once more when both sides are read, and not before', async () => {
    const order: string[] = [];
    const [bitcoin, supply] = [scriptBitcoin(asset, honest), scriptSupply(ethereum, supplied)];
    const note = async <T>(what: string, work: Promise<T>): Promise<T> => {
      order.push(`${what} begins`);
      const value = await work;
      order.push(`${what} ends`);
      return value;
    };
    await auditAsset(
      asset,
      {},
      {
        bitcoin: [
          {
            ...bitcoin,
            readHeaders: (from, count) => note('headers', bitcoin.readHeaders(from, count)),
            readPoint: (height) => note('point', bitcoin.readPoint(height)),
            readReserves: (request) => note('reserves', bitcoin.readReserves(request)),
          },
        ],
        supply: [
          { ...supply, readSupplies: (request) => note('supply', supply.readSupplies(request)) },
        ],
        clock,
      },
    );
    expect(order.slice(0, 2)).toEqual(['headers begins', 'headers ends']);
    expect(order.slice(2, -2).toSorted()).toEqual([
      'reserves begins',
      'reserves ends',
      'supply begins',
      'supply begins',
      'supply ends',
      'supply ends',
    ]);
    expect(order.slice(-2)).toEqual(['point begins', 'point ends']);
  });
});
