import type { BitcoinBlock } from '../devnet/createTimeline.ts';
import type { Devnet } from '../devnet/startDevnet.ts';
import type { DemoAsset } from './demoAsset.ts';

/**
 * A devnet with wrapped assets on it. Bitcoin blocks are mined and replaced only through here, so that
 * the assets' books know which block holds what.
 */
export interface World {
  readonly devnet: Devnet;
  readonly assets: readonly DemoAsset[];
  /** @throws Error for an asset that the world does not have */
  asset(id: string): DemoAsset;
  /** Time goes by on all chains and Bitcoin blocks are found; the first takes all that waits. */
  advance(bitcoinBlocks: number, secondsPerBlock?: number): Promise<BitcoinBlock>;
  /** Mines one block whose reward goes to a custody address; the mempool must be empty. */
  mineTo(asset: DemoAsset, address: string): Promise<void>;
  /**
   * Replaces the newest Bitcoin blocks by as many and one more, without their transactions: these
   * wait again.
   */
  reorganise(depth: number): Promise<BitcoinBlock>;
}

/** Binds the assets of a devnet to its clock. */
export function createWorld(devnet: Devnet, assets: readonly DemoAsset[]): World {
  const confirmAll = (height: number): void => {
    for (const { book } of assets) book.confirm(height);
  };
  return {
    devnet,
    assets,
    asset: (id) => {
      const found = assets.find((one) => one.id === id);
      if (found) return found;
      throw new Error(`the world has no asset ${id}`);
    },
    advance: async (bitcoinBlocks, secondsPerBlock = 600) => {
      const tip = await devnet.advance({ bitcoinBlocks, secondsPerBlock });
      confirmAll(tip.height - bitcoinBlocks + 1);
      return tip;
    },
    mineTo: async (asset, address) => {
      await devnet.bitcoind.rpc('generatetoaddress', [1, address]);
      const { height } = await devnet.readBitcoinTip();
      asset.book.writeCoins(address, blockReward(height));
      confirmAll(height);
    },
    reorganise: async (depth) => {
      const before = await devnet.readBitcoinTip();
      const tip = await devnet.reorgBitcoin({ depth, transactions: 'dropped' });
      for (const { book } of assets) book.takeBack(before.height - depth + 1);
      return tip;
    },
  };
}

/** Satoshis of a regtest block without fees: the reward halves every 150 blocks. */
function blockReward(height: number): bigint {
  return 5_000_000_000n >> BigInt(Math.floor(height / 150));
}
