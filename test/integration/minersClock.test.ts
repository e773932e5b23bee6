import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { none } from '../../demo/scenarios/none.ts';
import type { Report } from '../../src/attest/report.ts';
import { auditAsset } from '../../src/audit/auditAsset.ts';
import { closeSources, openBitcoinSources, openSupplySources } from '../../src/cli/openSources.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { syntheticAddress } from '../support/syntheticChain.ts';
import { expectConsistent } from './demo/expectConsistent.ts';
import { type OpenWorld, openWorld } from './demo/openWorld.ts';

const chainId = 31337;
let open: OpenWorld;

beforeAll(async () => {
  open = await openWorld({ ...none, seconds: 43_200 });
});
afterAll(() => open?.close());

/** Audits dbtc with another policy, from the world's nodes, at the world's time. */
async function audit(
  atHeight: number | undefined,
  policy: { readonly confirmations?: number; readonly maxSkewSeconds?: number } = {},
): Promise<Report> {
  const { world, registry } = open;
  const asset = registry.assets.get('dbtc');
  if (!asset) throw new Error('there is no dbtc');
  const bitcoin = openBitcoinSources([world.devnet.bitcoind.coreSourceUrl], asset.network);
  const rpcs = world.devnet.anvils.map((one) => `eip155:${one.chainId}=${one.url}`);
  const supply = openSupplySources(rpcs, []);
  const subject = { ...asset, policy: { ...asset.policy, ...policy } };
  const clock = () => UnixTime(world.devnet.now());
  try {
    const options = atHeight === undefined ? {} : { atHeight };
    return await auditAsset(subject, options, { bitcoin, supply, clock });
  } finally {
    await closeSources([...bitcoin, ...supply]);
  }
}

/** Finds a block whose miner's clock is so many seconds off. */
async function mineAt(secondsOff: number) {
  const { devnet } = open.world;
  const miner = syntheticAddress('miner').address;
  await devnet.bitcoind.batch([
    { method: 'setmocktime', params: [devnet.now() + secondsOff] },
    { method: 'generatetoaddress', params: [1, miner] },
    { method: 'setmocktime', params: [devnet.now()] },
  ]);
  const block = await devnet.readBitcoinTip();
  expect(block.time).toBe(devnet.now() + secondsOff);
  return block;
}

/** What the supply was by the last block of the token's chain that is not after a time. */
async function supplyAtTime(time: number): Promise<bigint> {
  const { devnet, asset } = open.world;
  const { client } = devnet.anvil(chainId);
  let number = (await client.getBlock({ blockTag: 'finalized' })).number;
  while (Number((await client.getBlock({ blockNumber: number })).timestamp) > time) number -= 1n;
  return asset('dbtc').book.supplyAt(chainId, number);
}

/** So much that dbtc is not backed any more once it is minted. */
async function readSpare(): Promise<bigint> {
  const { surplus } = await audit(undefined);
  return BigInt(surplus?.amount ?? 0) / 10n ** 10n + 1n;
}

describe('a block whose miner’s clock is off', () => {
  it('two hours ahead is not read against the supply of later', async () => {
    const { world } = open;
    const dbtc = world.asset('dbtc');
    const minted = await readSpare();
    const block = await mineAt(7200);
    // The median is that of the next block then.
    await world.advance(2);
    await dbtc.mint(chainId, minted);
    await world.advance(6);

    const reserves = dbtc.book.reservesAt(block.height);
    // By the block's own time the supply would be that after minting, and the verdict another.
    expect(await supplyAtTime(block.time)).toBeGreaterThan(reserves);
    const report = await audit(block.height);
    expect(report.verdict).toBe('backed');
    const { point, moment } = report.reserves;
    expect(point).toMatchObject({ height: block.height, time: block.time });
    expect(moment).toMatchObject({ doubtSeconds: 0, fromHeight: block.height - 5 });
    expect(block.time - (moment?.time ?? 0)).toBeGreaterThan(5_000);
    expect(BigInt(report.supply.deployments[0]?.amount ?? 0)).toBeLessThanOrEqual(reserves);
    await expectConsistent(report, world);
    await dbtc.burn(chainId, minted);
    await world.advance(12);
  });

  it('most of an hour behind is not read against the supply of before', async () => {
    const { world } = open;
    const dbtc = world.asset('dbtc');
    const minted = await readSpare();
    await dbtc.mint(chainId, minted);
    // The median is that of the block before it then.
    await world.advance(2);
    const block = await mineAt(-1_900);
    await world.devnet.wait(660);
    await dbtc.burn(chainId, minted);
    await world.advance(7);

    const reserves = dbtc.book.reservesAt(block.height);
    expect(await supplyAtTime(block.time)).toBeLessThanOrEqual(reserves);
    const report = await audit(block.height);
    expect(report.verdict).toBe('under-backed');
    expect((report.reserves.moment?.time ?? 0) - block.time).toBeGreaterThan(1_000);
    await expectConsistent(report, world);
  });

  it('counts with two hours of doubt while fewer than five blocks are above it', async () => {
    const { world } = open;
    await world.advance(12);
    const deep = await audit(undefined, { confirmations: 6 });
    expect(deep).toMatchObject({ verdict: 'backed', reserves: { moment: { doubtSeconds: 0 } } });
    for (const confirmations of [1, 3, 5]) {
      const report = await audit(undefined, { confirmations, maxSkewSeconds: 7_199 });
      expect(report.verdict).toBe('indeterminate');
      expect(report.reasons.map(({ code }) => code)).toEqual(['SKEW_EXCEEDED']);
      expect(report.reserves.moment?.doubtSeconds).toBe(7_200);
      const borne = await audit(undefined, { confirmations, maxSkewSeconds: 10_800 });
      expect(borne.verdict).toBe('backed');
      await expectConsistent(borne, world);
    }
  });
});
