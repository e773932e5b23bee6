import type { DemoAsset } from './demoAsset.ts';
import { keptOf } from './keptOf.ts';

/**
 * Burns tokens on one chain and pays for them from a custody address: in whole satoshis, less what the
 * issuer keeps. The payment waits for the next Bitcoin block.
 */
export async function redeemTokens(
  asset: DemoAsset,
  chainId: number,
  from: string,
  amount: bigint,
): Promise<void> {
  await asset.burn(chainId, amount);
  const sats = amount / 10n ** BigInt(asset.decimals - 8);
  await asset.payOut(from, sats - keptOf(sats));
}
