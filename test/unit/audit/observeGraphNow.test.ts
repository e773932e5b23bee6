import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset, LockboxPolicy } from '../../../src/registry/asset.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';
import { type SupplyScript, scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
if (!network) throw new Error('there is no regtest network');
const away = ChainId('eip155:10');
const copy = TokenId(`${away}/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095`);

/** A lockbox on a chain that answers only as of now, and its copy on one that knows its past. */
describe('the backing graph across a chain that answers only as of now', () => {
  const latest = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
  const locked = TokenId(`${latest}/token:zBTCug3er3tLyffELcvDNrKkCymbPWysGcWihESYfLg`);
  const at = (height: number) => ({
    chain: latest,
    height,
    hash: `slot ${height}`,
    time: UnixTime(60_000 + height),
  });

  /** @param held what the lockbox has, time after time; `copied` the supply of the copy at a block */
  async function readApart(
    held: readonly bigint[],
    copied: SupplyScript['amount'],
    policy?: LockboxPolicy,
    finalizedHeight = 10_000,
  ) {
    if (!network) throw new Error('there is no regtest network');
    const common = { decimals: 8, symbol: 'T', provenance: [] };
    const lockbox = {
      key: 'bridge',
      contract: parseContract(`${latest}:9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX`),
      kind: 'ccip' as const,
      locks: locked,
      provenance: [],
      ...(policy && { policy }),
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
      custody: [
        { address: 'a', script: '51', scriptType: 'p2tr', custodian: 'Test', provenance: [] },
      ],
      digest: `0x${'0'.repeat(64)}`,
      listsDigest: `0x${'0'.repeat(64)}`,
      lockboxes: [lockbox],
      deployments: [
        { token: locked, ...tokenIdParts(locked), kind: 'canonical', ...common },
        { token: copy, ...tokenIdParts(copy), kind: 'bridged', lockbox, ...common },
      ],
    };
    const source = { id: 'https://now', operator: 'now', kind: 'solana' };
    let asked = 0;
    const now: LatestSupplySource = {
      reach: 'latest',
      source,
      chain: latest,
      finality: 'finalized',
      readLatest: async (tokens) => ({
        source,
        from: at(1),
        to: at(1),
        tokens: tokens.map(({ token }) => ({ token, amount: 100n })),
      }),
      holdings: {
        readLatestHoldings: async (holdings) => {
          const amount = held[Math.min(asked, held.length - 1)] ?? 0n;
          asked += 1;
          return {
            from: at(2),
            to: at(3),
            holdings: holdings.map((one) => ({ ...one, amount })),
          };
        },
      },
      close: async () => {},
    };
    const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
    const supply = [now, scriptSupply(away, { operator: 'y', amount: copied, finalizedHeight })];
    const clock = () => UnixTime(65_000);
    const pause = async () => {};
    const report = await auditAsset(asset, { graph: true }, { bitcoin, supply, clock, pause });
    expect(() => checkReport(report)).not.toThrow();
    const [edge] = report.graph?.edges ?? [];
    if (!edge) throw new Error('there is no edge');
    return { edge, asked };
  }

  it('shows between which blocks the lockbox was read, and that its copies are of another', async () => {
    const { edge } = await readApart([40n], () => 40n);
    expect(edge).toMatchObject({
      verdict: 'backed',
      surplus: '0',
      lockedPoint: at(2),
      lockedAround: { from: at(2), to: at(3) },
      reason: 'What lies there and what is minted were not read at one moment.',
    });
  });

  it('calls no edge short for what was redeemed between the two moments', async () => {
    // 10 were burnt after the audited block, and released since.
    const { edge, asked } = await readApart([30n], (height) => (height <= 5000 ? 40n : 30n));
    expect(edge).toMatchObject({ verdict: 'unknown', surplus: null, ratio: null });
    expect(edge.reason).toContain('0.0000001 fewer tokens lie there than are minted');
    expect(asked).toBe(2);
  });

  it('calls it short where it is when both are read again', async () => {
    const { edge } = await readApart([30n], () => 40n);
    expect(edge).toMatchObject({ verdict: 'under-backed', surplus: `-${10n ** 11n}` });
    expect(edge.reason).toContain('and 0.0000001 when both were read again');
  });

  it('calls no edge short for what was redeemed since the last final block of the copies', async () => {
    // Block 5,000 is of second 60,000; the lockbox was read two seconds later.
    const { edge } = await readApart([30n], () => 40n, undefined, 5000);
    expect(edge).toMatchObject({ verdict: 'unknown', surplus: null, ratio: null });
    expect(edge.reason).toContain('0.0000001 fewer tokens lie there than are minted');
  });

  it('takes nothing that is read as of now for what was there before', async () => {
    const policy = { toleranceUnits: '10', durationSeconds: 600 };
    expect((await readApart([30n, 40n], () => 40n, policy)).edge).toMatchObject({
      verdict: 'unknown',
    });
    expect((await readApart([20n], () => 40n, policy)).edge).toMatchObject({
      verdict: 'under-backed',
    });
  });
});
