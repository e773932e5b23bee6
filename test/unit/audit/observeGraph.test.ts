import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import type { ErrorCode } from '../../../src/core/errorCodes.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset, Deployment, LockboxPolicy } from '../../../src/registry/asset.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';
import type { SupplySource, TokenReading } from '../../../src/supply/supplySource.ts';
import { type SupplyScript, scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
if (!network) throw new Error('there is no regtest network');
const home = ChainId('eip155:1');
const away = ChainId('eip155:10');
const token = TokenId(`${home}/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599`);
const copy = TokenId(`${away}/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095`);

function assetWith(policy?: LockboxPolicy): Asset {
  if (!network) throw new Error('there is no regtest network');
  const lockbox = {
    key: 'bridge',
    contract: parseContract(`${home}:0x52908400098527886E0F7030069857D2E4169EE7`),
    kind: 'canonical-bridge' as const,
    locks: token,
    provenance: [],
    ...(policy && { policy }),
  };
  const common = { decimals: 8, symbol: 'T', provenance: [] };
  const deployments: Deployment[] = [
    { token, ...tokenIdParts(token), kind: 'canonical', ...common },
    { token: copy, ...tokenIdParts(copy), kind: 'bridged', lockbox, ...common },
  ];
  return {
    id: 'tbtc',
    name: 'Test',
    symbol: 'T',
    issuer: 'Test',
    network,
    policy: {
      confirmations: 6,
      maxSkewSeconds: 900,
      maxAgeSeconds: 21_600,
      validForSeconds: 3600,
      quorum: 1,
      maxProofAgeDays: 90,
    },
    coverage: { status: 'complete', missing: [] },
    deployments,
    lockboxes: [lockbox],
    custody: [
      { address: 'a', script: '51', scriptType: 'p2tr', custodian: 'Test', provenance: [] },
    ],
    digest: `0x${'0'.repeat(64)}`,
    listsDigest: `0x${'0'.repeat(64)}`,
  };
}

/** Block 5,000 of each chain belongs to the audited Bitcoin block. */
async function readEdge(
  change: { readonly held?: SupplyScript['held']; readonly copied?: SupplyScript['amount'] },
  policy?: LockboxPolicy,
) {
  const asset = assetWith(policy);
  const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
  const held = 'held' in change ? change.held : () => 40n;
  const supply = [
    scriptSupply(home, { operator: 'x', amount: () => 100n, ...(held && { held }) }),
    scriptSupply(away, { operator: 'y', amount: change.copied ?? (() => 40n) }),
  ];
  const clock = () => UnixTime(65_000);
  const pause = async () => {};
  const report = await auditAsset(asset, { graph: true }, { bitcoin, supply, clock, pause });
  expect(report.verdict).toBe('backed');
  expect(() => checkReport(report)).not.toThrow();
  const [edge] = report.graph?.edges ?? [];
  if (!edge) throw new Error('there is no edge');
  return edge;
}

describe('the backing graph of an audit', () => {
  it('holds what lies in a lockbox against what is minted, at one moment', async () => {
    const edge = await readEdge({
      held: (height) => (height === 5000 ? 40n : 0n),
      copied: (height) => (height === 5000 ? 40n : 99n),
    });
    expect(edge).toMatchObject({
      lockbox: 'bridge',
      locks: token,
      copies: [copy],
      surplus: '0',
      ratio: '1.00000000',
      verdict: 'backed',
    });
  });

  it('finds a shortfall at the edge, and leaves the asset backed', async () => {
    const edge = await readEdge({ copied: () => 41n });
    expect(edge).toMatchObject({
      verdict: 'under-backed',
      surplus: (-1n * 10n ** 10n).toString(),
      ratio: '0.97560975',
    });
  });

  it('takes a shortfall within the policy for messages under way if it is new', async () => {
    const policy = { toleranceUnits: '1', durationSeconds: 600 };
    const copied = (height: number) => (height >= 4990 ? 41n : 40n);
    expect(await readEdge({ copied }, policy)).toMatchObject({ verdict: 'in-flight' });
  });

  it('takes none that is as old as the policy allows, nor one that is too large', async () => {
    const policy = { toleranceUnits: '1', durationSeconds: 600 };
    expect(await readEdge({ copied: () => 41n }, policy)).toMatchObject({
      verdict: 'under-backed',
    });
    const copied = (height: number) => (height >= 4990 ? 42n : 40n);
    expect(await readEdge({ copied }, policy)).toMatchObject({ verdict: 'under-backed' });
  });

  it('does not know what no source can tell', async () => {
    const edge = await readEdge({ held: undefined });
    expect(edge).toMatchObject({ verdict: 'unknown', locked: null, surplus: null, ratio: null });
  });
});

describe('edges whose sides are of different moments', () => {
  async function auditEdges(
    asset: Asset,
    supply: readonly SupplySource[],
    options: { readonly pairing?: 'finalized' } = {},
  ) {
    const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
    const clock = () => UnixTime(65_000);
    const pause = async () => {};
    const dependencies = { bitcoin, supply, clock, pause };
    const report = await auditAsset(asset, { graph: true, ...options }, dependencies);
    expect(() => checkReport(report)).not.toThrow();
    return report.graph?.edges ?? [];
  }

  it('are not known to be short where each chain was read at its own last final block', async () => {
    // Locked at 5,001, minted at 5,002; the home chain takes longer to make its blocks final.
    const supply = [
      scriptSupply(home, {
        operator: 'x',
        finalizedHeight: 5000,
        amount: () => 100n,
        held: (height) => (height > 5000 ? 40n : 30n),
      }),
      scriptSupply(away, {
        operator: 'y',
        finalizedHeight: 5060,
        amount: (height) => (height > 5001 ? 40n : 30n),
      }),
    ];
    const [edge] = await auditEdges(assetWith(), supply, { pairing: 'finalized' });
    expect(edge).toMatchObject({ verdict: 'unknown', surplus: null });
    expect(edge?.reason).toContain('were not read at one moment');
  });

  it('are not known to be short where the last final block of one lies far back', async () => {
    const supply = [
      scriptSupply(home, { operator: 'x', amount: () => 100n, held: () => 40n }),
      scriptSupply(away, { operator: 'y', finalizedHeight: 4900, amount: () => 50n }),
    ];
    expect((await auditEdges(assetWith(), supply))[0]).toMatchObject({ verdict: 'unknown' });
  });

  it('are each held to their own duration where a copy is locked in its turn', async () => {
    const asset = assetWith({ toleranceUnits: '1', durationSeconds: 600 });
    const far = ChainId('eip155:56');
    const second = TokenId(`${far}/erc20:0x52908400098527886E0F7030069857D2E4169EE7`);
    const lockbox = {
      key: 'next',
      contract: parseContract(`${away}:0x52908400098527886E0F7030069857D2E4169EE7`),
      kind: 'canonical-bridge' as const,
      locks: copy,
      provenance: [],
      policy: { toleranceUnits: '1', durationSeconds: 1200 },
    };
    const nested: Asset = {
      ...asset,
      lockboxes: [...(asset.lockboxes ?? []), lockbox],
      deployments: [
        ...asset.deployments,
        {
          token: second,
          ...tokenIdParts(second),
          kind: 'bridged',
          lockbox,
          decimals: 8,
          symbol: 'T',
          provenance: [],
        },
      ],
    };
    // Of the copy one too many was there 600 seconds before, and none 1,200 seconds before.
    const supply = [
      scriptSupply(home, { operator: 'x', amount: () => 100n, held: () => 40n }),
      scriptSupply(away, {
        operator: 'y',
        amount: (height) => (height >= 4920 ? 41n : 40n),
        held: () => 10n,
      }),
      scriptSupply(far, { operator: 'z', amount: (height) => (height >= 4990 ? 11n : 10n) }),
    ];
    expect(await auditEdges(nested, supply)).toMatchObject([
      { lockbox: 'bridge', verdict: 'under-backed' },
      { lockbox: 'next', verdict: 'in-flight' },
    ]);
  });

  it('have their earlier moment read for all keys of one balance', async () => {
    const asset = assetWith({ toleranceUnits: '1', durationSeconds: 600 });
    const twice: Asset = {
      ...asset,
      lockboxes: (asset.lockboxes ?? []).flatMap((one) => [one, { ...one, key: 'again' }]),
    };
    const supply = [
      scriptSupply(home, { operator: 'x', amount: () => 100n, held: () => 40n }),
      scriptSupply(away, { operator: 'y', amount: (height) => (height >= 4990 ? 41n : 40n) }),
    ];
    expect((await auditEdges(twice, supply))[0]).toMatchObject({ verdict: 'in-flight' });
  });
});

/** A second copy, on the chain of what it is a copy of. */
const neighbour = TokenId(`${home}/erc20:0x52908400098527886E0F7030069857D2E4169EE7`);

function withNeighbour(asset: Asset): Asset {
  const lockbox = asset.lockboxes?.[0];
  if (!lockbox) throw new Error('there is no lockbox');
  const own: Deployment = {
    token: neighbour,
    ...tokenIdParts(neighbour),
    kind: 'bridged',
    lockbox,
    decimals: 8,
    symbol: 'T',
    provenance: [],
  };
  return { ...asset, deployments: [...asset.deployments, own] };
}

/** Counts what a source is asked; `act` may fail or hang in its place. */
function watch(
  source: SupplySource,
  act: (call: string, tokens: readonly TokenId[]) => Promise<void> = async () => {},
): { readonly source: SupplySource; readonly calls: string[] } {
  const calls: string[] = [];
  const note = async (call: string, tokens: readonly TokenId[] = []) => {
    calls.push(call);
    await act(call, tokens);
  };
  const { holdings } = source;
  return {
    calls,
    source: {
      ...source,
      findPoint: async (pairing, context) => {
        await note(`findPoint ${pairing.kind}`);
        return source.findPoint(pairing, context);
      },
      readSupplies: async (request, context) => {
        const tokens = request.tokens.map(({ token }) => token);
        await note(`readSupplies of ${tokens.length}`, tokens);
        return source.readSupplies(request, context);
      },
      ...(holdings && {
        holdings: {
          readHoldings: async (wanted, point, context) => {
            await note(`readHoldings of ${wanted.length}`);
            return holdings.readHoldings(wanted, point, context);
          },
        },
      }),
    },
  };
}

async function auditWith(supply: readonly SupplySource[], asset = withNeighbour(assetWith())) {
  const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
  const clock = () => UnixTime(65_000);
  const pause = async () => {};
  const patience = { deadlineMs: 200, graceMs: 20 };
  const dependencies = { bitcoin, supply, clock, pause, patience };
  const report = await auditAsset(asset, { graph: true }, dependencies);
  expect(() => checkReport(report)).not.toThrow();
  const edge = report.graph?.edges[0];
  if (!edge) throw new Error('there is no edge');
  const amounts = new Map(report.graph?.deployments.map((one) => [one.token, one.amount]));
  return { report, edge, amounts };
}

/** Of the token there are 100, of its copy on the same chain 50; 90 of the token are locked. */
function homeSource(operator = 'x'): SupplySource {
  const source = scriptSupply(home, { operator, amount: () => 100n, held: () => 90n });
  return {
    ...source,
    readSupplies: async (request, context) => {
      const { tokens, ...rest } = await source.readSupplies(request, context);
      const readings = tokens.map((one) =>
        one.token === neighbour ? { ...one, amount: 50n } : one,
      );
      return { ...rest, tokens: readings };
    },
  };
}
const awaySource = (operator = 'y') => scriptSupply(away, { operator, amount: () => 40n });

describe('what the graph costs', () => {
  it('asks for all tokens of a chain at once, and for copies at one moment only', async () => {
    const here = watch(homeSource());
    const there = watch(awaySource());
    const { report, edge } = await auditWith([here.source, there.source]);
    expect(report.verdict).toBe('backed');
    expect(edge).toMatchObject({ verdict: 'backed', surplus: '0' });
    expect(here.calls.toSorted()).toEqual([
      'findPoint aligned',
      'findPoint finalized',
      'readHoldings of 1',
      'readSupplies of 1',
      'readSupplies of 2',
    ]);
    expect(there.calls).toEqual(['findPoint aligned', 'readSupplies of 1']);
  });

  it('reads a lockbox while a chain of copies is still being read', async () => {
    const locked = Promise.withResolvers<void>();
    const here = watch(homeSource(), async (call) => {
      if (call.startsWith('readHoldings')) locked.resolve();
    });
    const there = watch(awaySource(), () => locked.promise);
    expect((await auditWith([here.source, there.source])).edge).toMatchObject({
      verdict: 'backed',
      surplus: '0',
    });
  });
});

describe('a copy that goes wrong', () => {
  const unreadable = new AssayError('TOKEN_REVERTED');

  /** Without what it says of the copy on its chain. */
  const failing = (source: SupplySource): SupplySource => ({
    ...source,
    readSupplies: async (request, context) => {
      const { tokens, ...rest } = await source.readSupplies(request, context);
      const readings = tokens.map(
        (one): TokenReading =>
          one.token === neighbour ? { token: one.token, error: unreadable } : one,
      );
      return { ...rest, tokens: readings };
    },
  });

  it('leaves the token that is counted as it is, on the same chain', async () => {
    const { report, edge, amounts } = await auditWith([failing(homeSource()), awaySource()]);
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(report.supply.deployments).toMatchObject([{ token, amount: '100' }]);
    expect(edge.verdict).toBe('unknown');
    expect(amounts.get(neighbour)).toBeNull();
  });

  it('does so where it makes the whole reading fail', async () => {
    const here = watch(homeSource(), async (_, tokens) => {
      if (tokens.includes(neighbour)) throw new AssayError('SOURCE_RPC_ERROR');
    });
    const { report, amounts } = await auditWith([here.source, awaySource()]);
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(amounts).toEqual(
      new Map([
        [token, '100'],
        [copy, '40'],
        [neighbour, null],
      ]),
    );
  });

  it('makes nobody start again if another source tells of a move', async () => {
    const moving = watch(homeSource('z'), async (call) => {
      if (call.startsWith('readSupplies')) throw new AssayError('SUPPLY_REORGANISED');
    });
    const { report, amounts } = await auditWith([
      failing(homeSource()),
      moving.source,
      awaySource(),
    ]);
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(amounts.get(neighbour)).toBeNull();
    expect(moving.calls.filter((call) => call === 'findPoint aligned')).toHaveLength(1);
  });

  it('waits for a silent source no longer than where there is none', async () => {
    const silent = watch(homeSource('z'), async (call) => {
      if (call.startsWith('readSupplies')) await new Promise(() => {});
    });
    const sources = [failing(homeSource()), silent.source, awaySource()];
    const { report, edge } = await auditWith(sources);
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(edge.verdict).toBe('unknown');
    const late = report.supply.deployments[0]?.observations.find(
      ({ source }) => source === 'http://z',
    );
    expect(late?.fault?.message).toBe('http://z had not answered when enough others had');
  });
});

describe('a token that is not what the registry says', () => {
  /** Its sources agree on a block, and not that the token is what it should be. */
  const denying = (operator: string, code: ErrorCode): SupplySource => ({
    ...homeSource(operator),
    readSupplies: async ({ point, tokens }) => ({
      source: homeSource(operator).source,
      point,
      tokens: tokens.map((one) => ({ token: one.token, error: new AssayError(code) })),
    }),
  });

  it.each(['TOKEN_DECIMALS_MISMATCH', 'TOKEN_DECIMALS_UNKNOWN', 'TOKEN_NO_CODE'] as const)(
    'lies in a lockbox in units that nobody knows: %s',
    async (code) => {
      const deny = denying('x', code);
      for (const [supply, asset] of [
        [[deny, awaySource()], assetWith()],
        // Here the error of the supply is that too few agree.
        [[deny, denying('z', code), awaySource()], assetWith()],
      ] as const) {
        const { edge } = await auditWith(supply, asset);
        expect(edge).toMatchObject({
          locked: null,
          surplus: null,
          verdict: 'unknown',
          lockedFault: { code },
        });
      }
    },
  );

  it('lies there as it does where its sources merely disagree about the supply', async () => {
    const other = scriptSupply(home, { operator: 'z', amount: () => 99n, held: () => 90n });
    const { edge } = await auditWith([homeSource(), other, awaySource()], assetWith());
    expect(edge.locked).toBe((90n * 10n ** 10n).toString());
    expect(edge).not.toHaveProperty('lockedFault');
  });
});

describe('what a graph says of figures that are not known', () => {
  it('is the reason, once for the copy and once for the lockbox, and nothing of the others', async () => {
    const down = new AssayError('SOURCE_UNREACHABLE', { message: 'http://x cannot be reached' });
    const supply = [
      scriptSupply(home, { operator: 'x', amount: () => 100n, held: () => 40n, error: down }),
      awaySource(),
    ];
    const { report, edge } = await auditWith(supply, assetWith());
    const fault = { code: 'SOURCE_UNREACHABLE', message: 'http://x cannot be reached' };
    expect(report.graph?.deployments).toMatchObject([{ amount: null, fault }, { amount: '40' }]);
    expect(report.graph?.deployments[1]).not.toHaveProperty('fault');
    expect(edge).toMatchObject({ locked: null, lockedFault: fault });
  });

  it('is not there where all are', async () => {
    const { report, edge } = await auditWith([homeSource(), awaySource()], assetWith());
    expect(report.graph?.deployments.some((one) => 'fault' in one)).toBe(false);
    expect(edge).not.toHaveProperty('lockedFault');
  });
});

describe('a chain of copies alone', () => {
  it('is read again by itself where it moves', async () => {
    const here = watch(homeSource());
    let moves = 2;
    const there = watch(awaySource(), async (call) => {
      if (call.startsWith('readSupplies') && moves-- > 0)
        throw new AssayError('SUPPLY_REORGANISED');
    });
    const { edge } = await auditWith([here.source, there.source]);
    expect(edge).toMatchObject({ verdict: 'backed', surplus: '0' });
    expect(there.calls.filter((call) => call === 'findPoint aligned')).toHaveLength(3);
    expect(here.calls.filter((call) => call === 'findPoint aligned')).toHaveLength(1);
  });

  it('is not known where it never holds still, and the verdict stands', async () => {
    const there = watch(awaySource(), async (call) => {
      if (call.startsWith('readSupplies')) throw new AssayError('SUPPLY_REORGANISED');
    });
    const { report, edge, amounts } = await auditWith([homeSource(), there.source]);
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(edge.verdict).toBe('unknown');
    expect(amounts.get(copy)).toBeNull();
    expect(there.calls.filter((call) => call === 'findPoint aligned')).toHaveLength(5);
  });

  it.each(['findPoint', 'readSupplies'])(
    'delays by no more than one answer may: %s',
    async (call) => {
      const there = watch(awaySource(), async (one) => {
        if (one.startsWith(call)) await new Promise(() => {});
      });
      const { report, edge, amounts } = await auditWith([homeSource(), there.source]);
      expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
      expect(edge.verdict).toBe('unknown');
      expect(amounts.get(copy)).toBeNull();
    },
  );

  it('is read though it answers only as of now', async () => {
    const { source, readSupplies } = awaySource();
    const from = await awaySource().readPoint(4_999);
    const to = await awaySource().readPoint(5_001);
    const there: LatestSupplySource = {
      reach: 'latest',
      source,
      chain: away,
      finality: 'finalized',
      readLatest: async (tokens) => ({
        ...(await readSupplies({ point: from, tokens })),
        from,
        to,
      }),
      close: async () => {},
    };
    const asset = withNeighbour(assetWith());
    const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
    const clock = () => UnixTime(65_000);
    const supply = [homeSource(), there];
    const report = await auditAsset(asset, { graph: true }, { bitcoin, supply, clock });
    expect(report.graph?.edges[0]).toMatchObject({ verdict: 'backed', surplus: '0' });
  });
});
