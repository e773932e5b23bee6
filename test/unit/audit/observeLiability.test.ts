import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
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

/** 100 tokens at home, 30 away, against 100 coins. */
async function audit(
  asset: Asset,
  world: { readonly held?: SupplyScript['held']; readonly claim?: Partial<FeedClaim> } = {},
) {
  const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
  const { held, claim } = world;
  const atHome = scriptSupply(home, { operator: 'x', amount: () => 100n, ...(held && { held }) });
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
    scriptSupply(away, { operator: 'y', amount: () => 30n }),
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
      liability: { excluded: [{ token, holder, reason: 'unissued', amount: '7' }], rates: [] },
    });
    expect(report.notProven.join(' ')).toContain('1 holdings taken off the supply');
  });

  it('is not known where a holding is not, and never smaller for it', async () => {
    const report = await audit(assetWith({ liability: { exclude: [unissued], rates: [] } }));
    expect(report.verdict).toBe('indeterminate');
    expect(report.reasons).toMatchObject([{ code: 'SOURCE_MISSING', subject: token }]);
    expect(report.supply).toMatchObject({ amount: null, atLeast: null, complete: false });
  });

  it('is not known where a holder would have more than there is', async () => {
    const asset = assetWith({ liability: { exclude: [unissued], rates: [] } });
    const report = await audit(asset, { held: () => 101n });
    expect(report.verdict).toBe('indeterminate');
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
    liability: { exclude: [], rates: [{ token, feed, provenance: [] }] },
  });

  it('grows with the rate of a token that accrues value', async () => {
    const report = await audit(accruing);
    expect(report).toMatchObject({ verdict: 'under-backed', surplus: { amount: owed(-2n) } });
    expect(report.supply).toMatchObject({
      amount: owed(102n),
      liability: { rates: [{ token, feed, rate: '1020000000000000000', decimals: 18 }] },
    });
  });

  it('is not known by a rate that is stale, or none', async () => {
    const stale = await audit(accruing, { claim: { stale: true, heartbeatSeconds: 10 } });
    expect(stale.reasons).toMatchObject([{ code: 'SUPPLY_RATE_STALE', subject: token }]);
    expect(stale.supply.amount).toBeNull();
    const ageless = await audit(accruing, { claim: { stale: null, heartbeatSeconds: null } });
    expect(ageless.reasons).toMatchObject([{ code: 'SUPPLY_RATE_STALE' }]);
    const invalid = { valid: false, reason: 'reverted', message: 'the feed reverts' } as const;
    const none = await audit(accruing, { claim: invalid });
    expect(none.reasons).toMatchObject([{ code: 'SOURCE_RESPONSE_INVALID' }]);
    expect(none.verdict).toBe('indeterminate');
  });
});
