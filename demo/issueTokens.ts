import type { DemoAsset } from './demoAsset.ts';
import { keptOf } from './keptOf.ts';

/**
 * Mints tokens for coins that were deposited, less what the issuer keeps. Of two chains the second
 * gets a third, so that with 18 decimals the parts are fractions of a satoshi.
 */
export async function issueTokens(asset: DemoAsset, sats: bigint): Promise<void> {
  const units = sats * 10n ** BigInt(asset.decimals - 8);
  const amount = units - keptOf(units);
  const [first = 0, second] = asset.chainIds;
  if (second === undefined) return asset.mint(first, amount);
  await asset.mint(first, amount - amount / 3n);
  await asset.mint(second, amount / 3n);
}
