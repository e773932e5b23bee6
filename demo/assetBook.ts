/**
 * What the demo itself did to one asset, written down as it is done and never read back from a node:
 * what an audit has to find, to the satoshi. Satoshis for coins, the token's own units for supply.
 */
export interface AssetBook {
  /** Coins come to an address (or leave it: negative) with the next block. */
  writeCoins(address: string, sats: bigint): void;
  /** Whatever waited is in the block at this height. */
  confirm(height: number): void;
  /** The blocks from this height on are gone, and what was in them waits again. */
  takeBack(height: number): void;
  /** Tokens are minted (or burnt: negative) in this block of this chain. */
  writeTokens(chainId: number, block: bigint, amount: bigint): void;
  /** What each address holds as of a Bitcoin block; addresses that hold nothing may be missing. */
  holdingsAt(height: number): ReadonlyMap<string, bigint>;
  /** The sum of all holdings as of a Bitcoin block. */
  reservesAt(height: number): bigint;
  /** The supply on one chain as of one of its blocks. */
  supplyAt(chainId: number, block: bigint): bigint;
}

interface CoinEntry {
  readonly address: string;
  readonly sats: bigint;
  /** Undefined while it waits in the mempool. */
  readonly height: number | undefined;
}

/** An empty book. */
export function createAssetBook(): AssetBook {
  let coins: CoinEntry[] = [];
  const tokens: { readonly chainId: number; readonly block: bigint; readonly amount: bigint }[] =
    [];

  const holdingsAt = (height: number): Map<string, bigint> => {
    const holdings = new Map<string, bigint>();
    for (const entry of coins) {
      if (entry.height === undefined || entry.height > height) continue;
      holdings.set(entry.address, (holdings.get(entry.address) ?? 0n) + entry.sats);
    }
    return holdings;
  };

  return {
    writeCoins: (address, sats) => {
      coins.push({ address, sats, height: undefined });
    },
    confirm: (height) => {
      coins = coins.map((entry) => (entry.height === undefined ? { ...entry, height } : entry));
    },
    takeBack: (height) => {
      coins = coins.map((entry) =>
        entry.height !== undefined && entry.height >= height
          ? { ...entry, height: undefined }
          : entry,
      );
    },
    writeTokens: (chainId, block, amount) => {
      tokens.push({ chainId, block, amount });
    },
    holdingsAt,
    reservesAt: (height) => [...holdingsAt(height).values()].reduce((sum, sats) => sum + sats, 0n),
    supplyAt: (chainId, block) =>
      tokens
        .filter((entry) => entry.chainId === chainId && entry.block <= block)
        .reduce((sum, { amount }) => sum + amount, 0n),
  };
}
