import { type Address, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployContract } from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import type { FeedClaim, FeedToRead } from '../../src/supply/claimReader.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import type { SupplySource } from '../../src/supply/supplySource.ts';
import { rejectionCode } from '../support/rejection.ts';

const genesis = 1_700_000_000;
const chainId = 31_337;
const abi = parseAbi([
  'constructor(uint8 decimals)',
  'function set(uint80 roundId, int256 answer, uint256 updatedAt, uint80 answeredInRound)',
]);

let anvil: Anvil;
let source: SupplySource;
let feed: Address;

beforeAll(async () => {
  anvil = await startAnvil({ chainId, genesisTime: genesis });
  feed = await deployContract(anvil, {
    contract: 'ReserveFeed',
    abi,
    args: [8],
    at: genesis + 12,
  });
  source = createEvmSource({
    ...parseRpcOption(`eip155:${chainId}=${anvil.url}`),
    timeoutMs: 20_000,
  });
});
afterAll(async () => {
  await source?.close();
  await anvil?.stop();
});

/** Lets the feed answer so in the next block; answers that block's height. */
async function setFeed(
  roundId: bigint,
  answer: bigint,
  updatedAt: number,
  answeredInRound = roundId,
): Promise<number> {
  const [account] = anvil.accounts;
  if (!account) throw new Error('anvil has no accounts');
  const { timestamp } = await anvil.readLatest();
  const receipt = await anvil.transactAt(timestamp + 12, () =>
    anvil.client.writeContract({
      account,
      address: feed,
      abi,
      functionName: 'set',
      args: [roundId, answer, BigInt(updatedAt), answeredInRound],
    }),
  );
  return Number(receipt.blockNumber);
}

async function read(
  height: number,
  more: Partial<FeedToRead> = {},
): Promise<FeedClaim | undefined> {
  const point = await source.readPoint(height);
  const toRead = { contract: `eip155:${chainId}:${feed}`, decimals: 8, ...more };
  return (await source.claims?.readFeedClaims([toRead], point))?.[0];
}

describe('the claim of an on-chain feed', () => {
  it('is its value as of the block, with its age at that block', async () => {
    const height = await setFeed(18_446_744_073_709_551_700n, 123_456_789_000n, genesis + 5);
    await setFeed(18_446_744_073_709_551_701n, 5n, genesis + 24);
    const { time } = await source.readPoint(height);
    expect(await read(height, { heartbeatSeconds: 3600 })).toEqual({
      contract: `eip155:${chainId}:${feed}`,
      valid: true,
      value: 123_456_789_000n,
      decimals: 8,
      roundId: 18_446_744_073_709_551_700n,
      updatedAt: genesis + 5,
      ageSeconds: time - genesis - 5,
      heartbeatSeconds: 3600,
      stale: false,
    });
    expect(await read(height + 1)).toMatchObject({ value: 5n });
  });

  it('is stale past its heartbeat, not at it, and neither where that is not known', async () => {
    const height = await setFeed(7n, 100n, genesis);
    const age = (await source.readPoint(height)).time - genesis;
    expect(await read(height, { heartbeatSeconds: age })).toMatchObject({ stale: false });
    expect(await read(height, { heartbeatSeconds: age - 1 })).toMatchObject({ stale: true });
    expect(await read(height)).toMatchObject({ stale: null, heartbeatSeconds: null });
  });

  it('is refused, and why, where the feed answers nonsense', async () => {
    const { timestamp } = await anvil.readLatest();
    const answers: readonly (readonly [string, number])[] = [
      ['not-positive', await setFeed(8n, 0n, genesis)],
      ['not-positive', await setFeed(9n, -1n, genesis)],
      ['incomplete-round', await setFeed(10n, 100n, genesis, 9n)],
      ['never-updated', await setFeed(11n, 100n, 0)],
      ['future', await setFeed(12n, 100n, timestamp + 5 * 12 + 1)],
    ];
    for (const [reason, height] of answers) {
      expect(await read(height)).toMatchObject({ valid: false, reason });
    }
    // Of the very second of the block it is valid.
    const now = await setFeed(13n, 100n, timestamp + 6 * 12);
    expect(await read(now)).toMatchObject({ valid: true, ageSeconds: 0 });
  });

  it('is refused for other decimals, where no contract is, and where it is no feed', async () => {
    const height = await setFeed(14n, 100n, genesis);
    expect(await read(height, { decimals: 18 })).toEqual({
      contract: `eip155:${chainId}:${feed}`,
      valid: false,
      reason: 'decimals',
      message: `the feed eip155:${chainId}:${feed} has 8 decimals, the registry says 18`,
    });
    expect(await read(0)).toMatchObject({ valid: false, reason: 'absent' });
    const { timestamp } = await anvil.readLatest();
    const token = await deployContract(anvil, {
      contract: 'UpgradeableToken',
      at: timestamp + 12,
    });
    const noFeed = await read(height + 1, { contract: `eip155:${chainId}:${token}` });
    expect(noFeed).toMatchObject({ valid: false, reason: 'reverted' });
  });

  it('is not read for a block that the node does not have', async () => {
    const point = { ...(await source.readPoint(1)), hash: `0x${'ab'.repeat(32)}` };
    const feeds = [{ contract: `eip155:${chainId}:${feed}`, decimals: 8 }];
    expect(await rejectionCode(() => source.claims?.readFeedClaims(feeds, point))).toBe(
      'SUPPLY_REORGANISED',
    );
  });
});
