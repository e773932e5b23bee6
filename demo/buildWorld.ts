import { custodyTypes } from '../devnet/custodyDescriptors.ts';
import { startDevnet } from '../devnet/startDevnet.ts';
import { type AssetPlan, createDemoAsset, type DemoAsset, type Deposit } from './demoAsset.ts';
import { issueTokens } from './issueTokens.ts';
import { redeemTokens } from './redeemTokens.ts';
import { createWorld, type World } from './world.ts';

/** 40 custody addresses of every script type, one token. */
const dbtc: AssetPlan = {
  id: 'dbtc',
  name: 'Demo Bitcoin',
  symbol: 'DBTC',
  decimals: 8,
  chainIds: [31337],
  custody: {
    p2pkh: 7,
    'p2sh-multisig': 7,
    'p2sh-p2wpkh': 6,
    p2wpkh: 7,
    'p2wsh-multisig': 7,
    p2tr: 6,
  },
};

/** One custody address of every script type, two tokens with 18 decimals on two chains. */
const dbtc18: AssetPlan = {
  id: 'dbtc18',
  name: 'Demo Bitcoin with 18 decimals',
  symbol: 'DBTC18',
  decimals: 18,
  chainIds: [31337, 31338],
  custody: {
    p2pkh: 1,
    'p2sh-multisig': 1,
    'p2sh-p2wpkh': 1,
    p2wpkh: 1,
    'p2wsh-multisig': 1,
    p2tr: 1,
  },
};

/** So many blocks make a block reward spendable; they come fast, since EVM blocks take long to mine. */
const maturing = { blocks: 100, secondsPerBlock: 20 };

/** No divisor of ten minutes, so that blocks of both sides do not always fall on one second. */
const evmBlockSeconds = 47;

/** How long the history takes that `buildWorld` makes. */
const historySeconds = 12 * 600 + maturing.blocks * maturing.secondsPerBlock + 30;

/**
 * Starts a devnet and gives both assets a history of some hours: deposits and mints,
 * redemptions paid with change, addresses with hundreds of outputs, a block reward, dust, addresses
 * that are empty or were emptied, and then a long quiet. Both are backed, with a small surplus from
 * fees.
 *
 * @param endTime Unix seconds: about when the last block is to be
 * @param signal ends the nodes while the history is being made; later they are the caller's
 */
export async function buildWorld(endTime: number, signal?: AbortSignal): Promise<World> {
  const chainIds = [...new Set([...dbtc.chainIds, ...dbtc18.chainIds])];
  const startTime = endTime - historySeconds;
  const devnet = await startDevnet({ chainIds, startTime, evmBlockSeconds });
  // What waits for a node that is gone fails, so that the history ends here.
  const stopNodes = (): void => void devnet.stop();
  signal?.addEventListener('abort', stopNodes);
  try {
    signal?.throwIfAborted();
    const assets = [await createDemoAsset(dbtc, devnet), await createDemoAsset(dbtc18, devnet)];
    const world = createWorld(devnet, assets);
    await makeHistory(world);
    return world;
  } catch (error) {
    await devnet.stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stopNodes);
  }
}

async function makeHistory(world: World): Promise<void> {
  const small = world.asset('dbtc');
  const large = world.asset('dbtc18');

  const firstOfSmall = small.addresses.filter((address) => !emptyOnPurpose(small).has(address));
  const first = [depositsTo(firstOfSmall, small), depositsTo(large.addresses, large)] as const;
  await small.receive(first[0]);
  await large.receive(first[1]);
  await world.advance(1);
  const [, luckyMiner = ''] = small.addressesOf('p2wpkh');
  await world.mineTo(small, luckyMiner);
  await world.advance(1);
  await issueTokens(small, sumOf(first[0]) + 2_500_000_000n);
  await issueTokens(large, sumOf(first[1]));

  const second = firstOfSmall.slice(0, 24).filter((_, index) => index % 3 === 0);
  const more: Deposit[] = [
    ...depositsTo(second, small).map(({ address, sats }) => ({ address, sats: sats / 7n })),
    ...second.slice(0, 3).map((address) => ({ address, sats: 546n })),
  ];
  await small.receive(more);
  await world.advance(1);
  await issueTokens(small, sumOf(more));

  for (const type of ['p2pkh', 'p2sh-multisig', 'p2sh-p2wpkh', 'p2tr'] as const) {
    await redeemTokens(small, 31337, small.addressesOf(type)[2] ?? '', 123_456_789n);
  }
  await redeemTokens(small, 31337, small.addressesOf('p2wpkh')[0] ?? '', 51_000_003n);
  await redeemTokens(small, 31337, small.addressesOf('p2wsh-multisig')[0] ?? '', 90_000_001n);
  await redeemTokens(large, 31338, large.addressesOf('p2tr')[0] ?? '', 4_123_456_789_012_345_678n);
  await redeemTokens(large, 31337, large.addressesOf('p2wpkh')[0] ?? '', 987_654_321_098_765_432n);
  const emptied = small.addressesOf('p2wpkh').slice(3, 5);
  await small.sweep(emptied, small.addressesOf('p2tr').slice(3, 5));
  await world.advance(2);
  await world.advance(maturing.blocks, maturing.secondsPerBlock);
  await world.advance(7);
}

/** The last address of every type has never held anything. */
function emptyOnPurpose(asset: DemoAsset): Set<string> {
  return new Set(custodyTypes.flatMap((type) => asset.addressesOf(type).at(-1) ?? []));
}

/** Some amount for each address, odd to the satoshi; a few addresses get it in many outputs. */
function depositsTo(addresses: readonly string[], asset: DemoAsset): Deposit[] {
  const outputs = new Map([
    [asset.addressesOf('p2wpkh')[0], 320],
    [asset.addressesOf('p2wsh-multisig')[0], 60],
    [asset.addressesOf('p2tr')[0], 25],
  ]);
  return addresses.map((address, index) => ({
    address,
    sats: 250_000_007n + BigInt(index) * 61_803_399n,
    outputs: outputs.get(address) ?? 1,
  }));
}

function sumOf(deposits: readonly Deposit[]): bigint {
  return deposits.reduce((sum, { sats }) => sum + sats, 0n);
}
