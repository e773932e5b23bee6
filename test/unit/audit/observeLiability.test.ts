import { describe, expect, it } from 'vitest';
import { buildStatement } from '../../../src/attest/buildStatement.ts';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset, Exclusion, Lockbox } from '../../../src/registry/asset.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import type { FeedClaim } from '../../../src/supply/claimReader.ts';
import { type SupplyScript, scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

const home = ChainId('eip155:1');
const away = ChainId('eip155:10');
const token = TokenId(`${home}/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599`);
const other = TokenId(`${away}/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095`);
const holder = '0x52908400098527886E0F7030069857D2E4169EE7';
const feed = parseContract(`${home}:0xde709f2102306220921060314715629080e2fb77`);
const unissued: Exclusion = { token, holder, reason: 'unissued', provenance: [] };

function assetWith(change: Partial<Asset>): Asset {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  if (!network) throw new Error('there is no regtest network');
  const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
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
    deployments: [{ token, ...tokenIdParts(token), ...common }],
    custody: [
      { address: 'a', script: '51', scriptType: 'p2tr', custodian: 'Test', provenance: [] },
    ],
    digest: `0x${'0'.repeat(64)}`,
    listsDigest: `0x${'0'.repeat(64)}`,
    ...change,
  };
}

/** 100 tokens at home, 30 away, against 100 coins; a feed at home. */
async function audit(
  asset: Asset,
  world: {
    readonly held?: SupplyScript['held'];
    readonly claim?: Partial<FeedClaim>;
    readonly coins?: bigint;
    readonly homeHeight?: number;
    readonly isAwayRead?: boolean;
    readonly homeError?: AssayError;
  } = {},
) {
  const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => world.coins ?? 100n })];
  const { held, claim, homeHeight, homeError, isAwayRead = true } = world;
  const atHome = scriptSupply(home, {
    operator: 'x',
    amount: () => 100n,
    ...(homeHeight && { finalizedHeight: homeHeight }),
    ...(held && { held }),
    ...(homeError && { error: homeError }),
  });
  const rate = {
    contract: feed,
    valid: true,
    value: 1_020_000_000_000_000_000n,
    decimals: 18,
    roundId: 1n,
    updatedAt: UnixTime(59_000),
    ageSeconds: 1000,
    heartbeatSeconds: 86_400,
    stale: false,
    ...claim,
  } as FeedClaim;
  const supply = [
    { ...atHome, claims: { readFeedClaims: async () => [rate] } },
    ...(isAwayRead ? [scriptSupply(away, { operator: 'y', amount: () => 30n })] : []),
  ];
  const clock = () => UnixTime(65_000);
  const report = await auditAsset(asset, {}, { bitcoin, supply, clock, pause: async () => {} });
  expect(() => checkReport(report)).not.toThrow();
  return report;
}

const owed = (amount: bigint) => (amount * 10n ** 10n).toString();

describe('what an issuer owes', () => {
  it('is the supply less what is excluded, each read at the block of the supply', async () => {
    const asset = assetWith({ liability: { exclude: [unissued], rates: [] } });
    const report = await audit(asset, { held: (height) => (height === 5000 ? 7n : 99n) });
    expect(report).toMatchObject({
      verdict: 'backed',
      surplus: { amount: owed(7n) },
      window: null,
    });
    expect(report.supply).toMatchObject({
      amount: owed(93n),
      complete: true,
      liability: {
        excluded: [
          {
            token,
            holder,
            reason: 'unissued',
            amount: '7',
            point: { chain: home, height: 5000 },
            around: null,
            agreement: { operators: 1, of: 1 },
            observations: [{ operator: 'x', amount: '7', agrees: true }],
          },
        ],
        rates: [],
      },
    });
    expect(report.notProven.join(' ')).toContain('what is taken off the supply, 1 holding,');
  });

  it('is not known where a holding is not, and never smaller for it', async () => {
    const asset = assetWith({ liability: { exclude: [unissued], rates: [] } });
    const report = await audit(asset, { coins: 99n });
    expect(report).toMatchObject({ verdict: 'indeterminate', surplus: null, ratio: null });
    expect(report.reasons).toMatchObject([{ code: 'SOURCE_MISSING', subject: token }]);
    expect(report.supply).toMatchObject({
      amount: null,
      atLeast: null,
      atMost: { amount: owed(100n), deployments: 1, of: 1 },
      complete: false,
      liability: {
        excluded: [
          { amount: null, point: null, observations: [], fault: { code: 'SOURCE_MISSING' } },
        ],
      },
    });
  });

  it('is backed by as many coins as tokens all the same, and says that this rests on a limit', async () => {
    const asset = assetWith({ liability: { exclude: [unissued], rates: [] } });
    const report = await audit(asset);
    expect(report).toMatchObject({
      verdict: 'backed',
      restsOnBounds: true,
      reasons: [],
      surplus: { amount: '0' },
      ratio: '1.00000000',
    });
    expect(report.supply).toMatchObject({ amount: null, complete: false });
    expect(buildStatement(report).message).toMatchObject({
      reserves: owed(100n),
      supply: owed(100n),
    });
    const missing = { side: 'supply' as const, what: 'A treasury', why: 'Nobody has found it.' };
    const partial = { ...asset, coverage: { status: 'partial' as const, missing: [missing] } };
    expect(await audit(partial)).toMatchObject({
      verdict: 'indeterminate',
      supply: { amount: null, atLeast: null, atMost: null },
    });
  });

  it('has a lower limit alone where a chain has no source', async () => {
    const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
    const deployments = [token, other].map((one) => ({
      token: one,
      ...tokenIdParts(one),
      ...common,
    }));
    const asset = assetWith({ deployments, liability: { exclude: [unissued], rates: [] } });
    const report = await audit(asset, { held: () => 7n, coins: 1000n, isAwayRead: false });
    expect(report.verdict).toBe('indeterminate');
    expect(report.reasons).toMatchObject([{ code: 'SOURCE_MISSING', subject: other }]);
    expect(report.supply).toMatchObject({
      amount: null,
      atLeast: { amount: owed(93n), deployments: 1, of: 2 },
      atMost: null,
    });
  });

  it('is not known where a holder would have more than there is', async () => {
    const asset = assetWith({ liability: { exclude: [unissued], rates: [] } });
    const report = await audit(asset, { held: () => 101n });
    expect(report.verdict).toBe('indeterminate');
    expect(report.reasons).toMatchObject([{ code: 'COVERAGE_PARTIAL', subject: token }]);
    expect(report.supply.amount).toBeNull();
  });

  it('takes no more off for a lockbox than is counted again elsewhere', async () => {
    const lockbox: Lockbox = {
      key: 'bridge',
      contract: parseContract(`${home}:${holder}`),
      kind: 'canonical-bridge',
      locks: token,
      provenance: [],
    };
    const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
    const asset = assetWith({
      lockboxes: [lockbox],
      deployments: [
        { token, ...tokenIdParts(token), ...common },
        { token: other, ...tokenIdParts(other), ...common, lockbox },
      ],
      liability: { exclude: [{ ...unissued, reason: 'lockbox' }], rates: [] },
    });
    // 40 lie there, but only 30 are minted elsewhere: 10 of them are owed all the same.
    const report = await audit(asset, { held: () => 40n });
    expect(report.supply.amount).toBe(owed(100n));
    expect(report.supply.liability?.excluded).toMatchObject([{ countedAs: [other], amount: '40' }]);
  });

  it('takes it for a lockbox whatever it is called', async () => {
    const lockbox: Lockbox = {
      key: 'bridge',
      contract: parseContract(`${home}:${holder}`),
      kind: 'canonical-bridge',
      locks: token,
      provenance: [],
    };
    const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
    const asset = assetWith({
      lockboxes: [lockbox],
      deployments: [
        { token, ...tokenIdParts(token), ...common },
        { token: other, ...tokenIdParts(other), ...common, lockbox },
      ],
      liability: { exclude: [unissued], rates: [] },
    });
    expect((await audit(asset, { held: () => 40n })).supply.amount).toBe(owed(100n));
  });

  const accruing = assetWith({
    feeds: [
      {
        contract: feed,
        kind: 'chainlink-exchange-rate',
        name: 'rate',
        decimals: 18,
        provenance: [],
      },
    ],
    liability: { exclude: [], rates: [{ tokens: [token], feed, provenance: [] }] },
  });

  it('grows with the rate of a token that accrues value', async () => {
    const report = await audit(accruing);
    expect(report).toMatchObject({ verdict: 'under-backed', surplus: { amount: owed(-2n) } });
    expect(report.supply).toMatchObject({
      amount: owed(102n),
      liability: {
        rates: [
          {
            tokens: [token],
            feed,
            rate: '1020000000000000000',
            decimals: 18,
            point: { chain: home, height: 5000 },
            agreement: { operators: 1, of: 1 },
            observations: [{ operator: 'x', amount: '1020000000000000000', agrees: true }],
          },
        ],
      },
    });
  });

  it('takes the rate of another chain at the block of the same moment, for tokens of any', async () => {
    const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
    const awayOnly = [{ token: other, ...tokenIdParts(other), ...common }];
    const rates = [{ tokens: [other], feed, provenance: [] }];
    const far = { ...accruing, deployments: awayOnly, liability: { exclude: [], rates } };
    expect((await audit(far)).supply).toMatchObject({
      amount: ((30n * 102n * 10n ** 10n) / 100n).toString(),
      liability: { rates: [{ tokens: [other], point: { chain: home, height: 5000 } }] },
    });
    const both = {
      ...accruing,
      deployments: [...accruing.deployments, ...awayOnly],
      liability: { exclude: [], rates: [{ tokens: [token, other], feed, provenance: [] }] },
    };
    expect((await audit(both)).supply.amount).toBe(((130n * 102n * 10n ** 10n) / 100n).toString());
  });

  it('is not known by a rate that lies too far from the Bitcoin block, or on a chain without source', async () => {
    const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
    const deployments = [{ token: other, ...tokenIdParts(other), ...common }];
    const rates = [{ tokens: [other], feed, provenance: [] }];
    const far = { ...accruing, deployments, liability: { exclude: [], rates } };
    const late = await audit(far, { homeHeight: 4000 });
    expect(late).toMatchObject({ verdict: 'indeterminate', reasons: [{ code: 'SKEW_EXCEEDED' }] });
    const contract = parseContract(`eip155:56:${feed.split(':')[2]}`);
    const nowhere = {
      ...far,
      feeds: (accruing.feeds ?? []).map((one) => ({ ...one, contract })),
      liability: { exclude: [], rates: [{ tokens: [other], feed: contract, provenance: [] }] },
    };
    expect(await audit(nowhere)).toMatchObject({
      verdict: 'indeterminate',
      reasons: [{ code: 'SOURCE_MISSING', subject: contract }],
      supply: { amount: null, atMost: null },
    });
  });

  it('is not known for one reason where its chain cannot be reached', async () => {
    const vault = { ...unissued, holder: '0x8617E340B3D01FA5F11F306F4090FD50E238070D' };
    const asset = {
      ...accruing,
      liability: {
        exclude: [unissued, vault],
        rates: [{ tokens: [token], feed, provenance: [] }],
      },
    };
    const message = 'http://x cannot be reached';
    const homeError = new AssayError('SOURCE_UNREACHABLE', { message });
    const report = await audit(asset, { held: () => 7n, homeError });
    const fault = { code: 'SOURCE_UNREACHABLE', message };
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      supply: {
        amount: null,
        liability: {
          excluded: [
            { amount: null, point: null, fault },
            { amount: null, point: null, fault },
          ],
          rates: [{ rate: null, point: null, fault }],
        },
      },
    });
    expect(new Set(report.reasons.map((one) => `${one.code} ${one.message}`))).toEqual(
      new Set([`SOURCE_UNREACHABLE ${message}`]),
    );
  });

  it('is not known by a rate that is stale, or none', async () => {
    const stale = await audit(accruing, { claim: { stale: true, heartbeatSeconds: 10 } });
    expect(stale.reasons).toMatchObject([{ code: 'SUPPLY_RATE_STALE', subject: feed }]);
    expect(stale.supply.amount).toBeNull();
    const ageless = await audit(accruing, { claim: { stale: null, heartbeatSeconds: null } });
    expect(ageless.reasons).toMatchObject([{ code: 'SUPPLY_RATE_STALE' }]);
    const invalid = { valid: false, reason: 'reverted', message: 'the feed reverts' } as const;
    const none = await audit(accruing, { claim: invalid });
    expect(none.reasons).toMatchObject([{ code: 'SOURCE_RESPONSE_INVALID' }]);
    expect(none.verdict).toBe('indeterminate');
  });
});
