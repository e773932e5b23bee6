import { type Address, getAddress, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge } from '../../devnet/bridge.ts';
import { callAsOwner } from '../../devnet/callAsOwner.ts';
import { deployOft } from '../../devnet/deployOft.ts';
import { deployContract, deployToken, type Token } from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import { checkReport } from '../../src/attest/checkReport.ts';
import { auditAsset } from '../../src/audit/auditAsset.ts';
import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { TokenId, tokenIdParts } from '../../src/core/caip.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { Asset, Deployment, LiabilityFormula, Lockbox } from '../../src/registry/asset.ts';
import { parseContract } from '../../src/registry/parseContract.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import { scriptBitcoin } from '../support/scriptedSources.ts';

const coin = 100_000_000n;
const whole = 10n ** 18n;
/** The audited Bitcoin block is 5 below this tip, and of this moment. */
const tip = 105;
const moment = 1_700_004_000;
const timeOf = (height: number) => moment + (height - (tip - 5)) * 600;
const genesis = moment - 3_600;
const treasury = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const feedAbi = parseAbi([
  'constructor(uint8 decimals)',
  'function set(uint80 roundId, int256 answer, uint256 updatedAt, uint80 answeredInRound)',
]);

let home: Anvil;
let away: Anvil;
/** Where the feed is, and no token. */
let third: Anvil;
let token: Token;
let bridge: Bridge;
let feed: Address;

/** 100 tokens at home, 30 of them locked and 10 with the issuer; 30 copies and 20 more away. */
beforeAll(async () => {
  [home, away, third] = await Promise.all([
    startAnvil({ chainId: 31_337, genesisTime: genesis }),
    startAnvil({ chainId: 31_338, genesisTime: genesis }),
    startAnvil({ chainId: 31_339, genesisTime: genesis }),
  ]);
  let now = genesis;
  const next = () => {
    now += 12;
    return now;
  };
  token = await deployToken(home, { name: 'T', symbol: 'T', decimals: 8, at: next() });
  await token.mint({ amount: 90n * coin, at: next() });
  await token.mint({ amount: 10n * coin, at: next(), to: treasury });
  const named = { name: 'T', symbol: 'T', decimals: 8 };
  const deployed = await deployOft(home, away, { token: token.address, ...named, at: next() });
  bridge = { ...deployed, lockbox: getAddress(deployed.lockbox), copy: getAddress(deployed.copy) };
  const { message } = await bridge.lock({ amount: 30n * coin, at: next() });
  await bridge.mint({ amount: 30n * coin, at: next(), message });
  await bridge.mint({ amount: 20n * coin, at: next() });
  const feedContract = { contract: 'ReserveFeed', abi: feedAbi, args: [8], at: next() };
  feed = getAddress(await deployContract(third, feedContract));
  await setRate(102_000_000n, next());
  for (const anvil of [home, away, third]) await anvil.mineAt(moment - 30);
  // After the moment more is minted, locked and gained: nothing of it belongs to the answer.
  await token.mint({ amount: 7n * coin, at: moment + 12, to: treasury });
  await bridge.lock({ amount: 5n * coin, at: moment + 24 });
  await setRate(150_000_000n, moment + 12);
  for (const anvil of [home, away, third]) {
    await anvil.mineMany({ count: 3, firstTimestamp: moment + 60, secondsPerBlock: 12 });
  }
});
afterAll(() => Promise.all([home?.stop(), away?.stop(), third?.stop()]));

function setRate(answer: bigint, at: number) {
  const args = [BigInt(at), answer, BigInt(at), BigInt(at)] as const;
  return callAsOwner(third, { address: feed, abi: feedAbi, functionName: 'set', args, at });
}

function idOf({ chainId }: Anvil, address: Address): TokenId {
  return TokenId(`eip155:${chainId}/erc20:${getAddress(address)}`);
}

function deploymentOf(id: TokenId, lockbox?: Lockbox): Deployment {
  const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
  return { token: id, ...tokenIdParts(id), ...common, ...(lockbox && { lockbox }) };
}

/** Audits the two deployments against so many coins, with the rate of the feed for both. */
async function audit(coins: bigint, servers: readonly Anvil[], heartbeatSeconds?: number) {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  if (!network) throw new Error('there is no regtest network');
  const canonical = idOf(home, token.address);
  const copy = idOf(away, bridge.copy);
  const lockbox: Lockbox = {
    key: 'adapter',
    contract: parseContract(`eip155:${home.chainId}:${bridge.lockbox}`),
    kind: 'oft-adapter',
    locks: canonical,
    provenance: [],
  };
  const contract = parseContract(`eip155:${third.chainId}:${feed}`);
  const liability: LiabilityFormula = {
    exclude: [
      { token: canonical, holder: bridge.lockbox, reason: 'lockbox', provenance: [] },
      { token: canonical, holder: treasury, reason: 'unissued', provenance: [] },
    ],
    rates: [{ tokens: [canonical, copy], feed: contract, provenance: [] }],
  };
  const asset: Asset = {
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
    deployments: [deploymentOf(canonical), deploymentOf(copy, lockbox)],
    lockboxes: [lockbox],
    feeds: [
      {
        contract,
        kind: 'chainlink-exchange-rate',
        name: 'T / BTC',
        decimals: 8,
        ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
        provenance: [],
      },
    ],
    liability,
    custody: [
      { address: 'a', script: '51', scriptType: 'p2tr', custodian: 'Test', provenance: [] },
    ],
    digest: `0x${'0'.repeat(64)}`,
    listsDigest: `0x${'0'.repeat(64)}`,
  };
  const bitcoin = [
    scriptBitcoin(asset, { operator: 'a', tip, time: timeOf, holdings: () => coins }),
  ];
  const supply = servers.map(({ chainId, url }) =>
    createEvmSource({ ...parseRpcOption(`eip155:${chainId}=${url}`), timeoutMs: 20_000 }),
  );
  const clock = () => UnixTime(timeOf(tip));
  try {
    const report = await auditAsset(asset, {}, { bitcoin, supply, clock });
    checkReport(report);
    return report;
  } finally {
    await Promise.all(supply.map((source) => source.close()));
  }
}

describe('what is owed by a formula, on real chains', () => {
  it('takes off what is excluded and multiplies by the rate, all as of one moment', async () => {
    // (100 − 30 locked − 10 unissued + 50) × 1.02
    const owed = (110n * whole * 102n) / 100n;
    const report = await audit(11_220_000_000n, [home, away, third], 86_400);
    expect(report).toMatchObject({
      verdict: 'backed',
      restsOnBounds: false,
      supply: { amount: owed.toString(), complete: true },
      surplus: { amount: '0' },
    });
    const { excluded, rates } = report.supply.liability ?? {};
    const at = (anvil: Anvil) => ({ chain: `eip155:${anvil.chainId}`, time: moment - 30 });
    expect(excluded).toMatchObject([
      { amount: '3000000000', countedAs: [idOf(away, bridge.copy)], point: at(home) },
      { amount: '1000000000', reason: 'unissued', point: at(home) },
    ]);
    expect(rates).toMatchObject([{ rate: '102000000', point: at(third) }]);
    expect((await audit(11_219_999_999n, [home, away, third], 86_400)).verdict).toBe(
      'under-backed',
    );
  });

  it('is limited from below where a chain has no source', async () => {
    // What is locked may all be counted again there: (100 − 30 − 10) × 1.02
    const report = await audit(1_000n * coin, [home, third], 86_400);
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      supply: {
        amount: null,
        atLeast: { amount: ((60n * whole * 102n) / 100n).toString(), deployments: 1, of: 2 },
        atMost: null,
      },
    });
    expect(report.reasons).toMatchObject([
      { code: 'SOURCE_MISSING', subject: idOf(away, bridge.copy) },
    ]);
  });

  it('has no limit by a rate that nobody bounds in age, or that no source can read', async () => {
    const ageless = await audit(1_000n * coin, [home, away, third]);
    expect(ageless).toMatchObject({
      verdict: 'indeterminate',
      reasons: [{ code: 'SUPPLY_RATE_STALE', subject: `eip155:31339:${feed}` }],
      supply: { amount: null, atLeast: null, atMost: null },
    });
    expect((await audit(1_000n * coin, [home, away], 86_400)).reasons).toMatchObject([
      { code: 'SOURCE_MISSING', subject: `eip155:31339:${feed}` },
    ]);
  });
});
