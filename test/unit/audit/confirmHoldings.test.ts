import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset } from '../../../src/registry/asset.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';
import { scriptBitcoin } from '../../support/scriptedSources.ts';

const chain = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
const token = TokenId(`${chain}/token:zBTCug3er3tLyffELcvDNrKkCymbPWysGcWihESYfLg`);
const treasury = '9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX';
const vault = '2LJUJDWDAzs2R5UvSYWxdZvbSXbwbfmRaq4ZmSvDu4X6';

const at = (height: number) => ({
  chain,
  height,
  hash: `slot ${height}`,
  time: UnixTime(60_000 + height),
});

interface World {
  readonly supply: bigint;
  readonly held: Readonly<Record<string, bigint>>;
}

/** Each reading is of the next slot that `slots` names; what the chain says there, `worldAt` tells. */
async function audit(
  worldAt: (slot: number) => World,
  {
    supplySlots = [1, 4, 6, 8, 10],
    heldSlots = [2, 5, 7, 9, 11],
    coins = 100n,
    fails = () => false,
  }: {
    readonly supplySlots?: readonly number[];
    readonly heldSlots?: readonly number[];
    readonly coins?: bigint;
    readonly fails?: (slot: number) => boolean;
  } = {},
) {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  if (!network) throw new Error('there is no regtest network');
  const exclude = [treasury, vault].map((holder) => ({
    token,
    holder,
    reason: 'unissued' as const,
    provenance: [],
  }));
  const common = { kind: 'canonical' as const, decimals: 8, symbol: 'T', provenance: [] };
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
    custody: [
      { address: 'a', script: '51', scriptType: 'p2tr', custodian: 'Test', provenance: [] },
    ],
    digest: `0x${'0'.repeat(64)}`,
    listsDigest: `0x${'0'.repeat(64)}`,
    deployments: [{ token, ...tokenIdParts(token), ...common }],
    liability: { exclude, rates: [] },
  };
  const source = { id: 'https://now', operator: 'now', kind: 'solana' };
  const supplies = [...supplySlots];
  const holdings = [...heldSlots];
  const now: LatestSupplySource = {
    reach: 'latest',
    source,
    chain,
    finality: 'finalized',
    readLatest: async (tokens) => {
      const slot = supplies.shift() ?? 0;
      if (fails(slot)) throw new AssayError('SOURCE_UNREACHABLE');
      const { supply } = worldAt(slot);
      const readings = tokens.map((one) => ({ token: one.token, amount: supply }));
      return { source, from: at(slot), to: at(slot), tokens: readings };
    },
    holdings: {
      readLatestHoldings: async (wanted) => {
        const slot = holdings.shift() ?? 0;
        const { held } = worldAt(slot);
        const readings = wanted.map((one) => ({ ...one, amount: held[one.holder] ?? 0n }));
        return { from: at(slot), to: at(slot), holdings: readings };
      },
    },
    close: async () => {},
  };
  const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => coins })];
  const pauses: number[] = [];
  const report = await auditAsset(
    asset,
    {},
    {
      bitcoin,
      supply: [now],
      clock: () => UnixTime(65_000),
      pause: async (milliseconds) => pauses.push(milliseconds),
    },
  );
  expect(() => checkReport(report)).not.toThrow();
  return { report, pauses };
}

const owed = (amount: bigint) => (amount * 10n ** 10n).toString();

describe('what is taken off a supply that is read as of now', () => {
  it('is what holders have while the supply holds still', async () => {
    const { report, pauses } = await audit(() => ({ supply: 100n, held: { [treasury]: 30n } }), {
      coins: 70n,
    });
    expect(report).toMatchObject({ verdict: 'backed', supply: { amount: owed(70n) } });
    expect(pauses).toEqual([]);
  });

  it('is not known where it was minted after the supply was read', async () => {
    const worldAt = (slot: number) =>
      slot < 2 ? { supply: 100n, held: {} } : { supply: 130n, held: { [treasury]: 30n } };
    const short = await audit(worldAt, { coins: 70n });
    expect(short.report).toMatchObject({
      verdict: 'indeterminate',
      reasons: [
        { code: 'SUPPLY_SOURCES_DISAGREE', subject: token },
        { code: 'SUPPLY_SOURCES_DISAGREE' },
      ],
      supply: { amount: null, atMost: { amount: owed(100n) } },
    });
    expect(short.report.reasons[0]?.message).toContain('changed while they were read');
    const covered = await audit(worldAt, { coins: 100n });
    expect(covered.report).toMatchObject({ verdict: 'backed', restsOnBounds: true });
  });

  it('is not taken off twice where it moves from one holder to another', async () => {
    // Read one after the other: 30 lay with the first, and then with the second.
    const worldAt = (slot: number) => ({
      supply: 100n,
      held: slot <= 2 ? { [treasury]: 30n, [vault]: 30n } : { [vault]: 30n },
    });
    expect((await audit(worldAt, { coins: 40n })).report).toMatchObject({
      verdict: 'indeterminate',
      supply: { amount: null, atMost: { amount: owed(100n) } },
    });
  });

  it('is confirmed by later blocks only, and waits for these', async () => {
    const worldAt = (slot: number) =>
      slot < 3 ? { supply: 100n, held: {} } : { supply: 130n, held: { [treasury]: 30n } };
    // The first of the second readings lags behind, and still has the old supply.
    const slots = { supplySlots: [1, 2, 6], heldSlots: [5, 5, 7] };
    const { report, pauses } = await audit(worldAt, { ...slots, coins: 70n });
    expect(report).toMatchObject({ verdict: 'indeterminate', supply: { amount: null } });
    expect(pauses).toEqual([500]);
  });

  it('is not known where nobody can say that the supply held still', async () => {
    const { report, pauses } = await audit(() => ({ supply: 100n, held: { [treasury]: 30n } }), {
      coins: 70n,
      fails: (slot) => slot > 1,
    });
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reasons: [{ code: 'SUPPLY_QUORUM_NOT_MET' }, { code: 'SUPPLY_QUORUM_NOT_MET' }],
    });
    expect(pauses).toEqual([500, 1000, 2000]);
  });
});
