import { z } from 'zod';
import { parseBtc } from '../devnet/btcText.ts';
import type { DemoAsset } from './demoAsset.ts';
import type { World } from './world.ts';

/**
 * How a reader looks who does not care for one moment: at the tip of the Bitcoin chain, or at those of
 * the tip's outputs that have six confirmations. The supply is that of the last final block.
 */
export type NaiveMethod = 'all outputs of the tip' | 'confirmed outputs of the tip';

/** What such a reader finds. */
export interface NaiveReading {
  readonly method: NaiveMethod;
  readonly verdict: 'backed' | 'under-backed';
  readonly sats: bigint;
  /** 18 decimals, as is `surplus`. */
  readonly supply: bigint;
  readonly surplus: bigint;
}

const confirmations = 6;

const Scan = z.object({
  height: z.int(),
  unspents: z.array(z.object({ amount: z.string(), height: z.int() })),
});

/** Reads both sides from the nodes, each at its own latest block, and compares them. */
export async function readNaively(
  asset: DemoAsset,
  method: NaiveMethod,
  { devnet }: World,
): Promise<NaiveReading> {
  const objects = asset.addresses.map((address) => `addr(${address})`);
  const scan = Scan.parse(await devnet.bitcoind.rpc('scantxoutset', ['start', objects]));
  const highest =
    method === 'all outputs of the tip' ? scan.height : scan.height - confirmations + 1;
  const sats = scan.unspents
    .filter(({ height }) => height <= highest)
    .reduce((sum, { amount }) => sum + parseBtc(amount), 0n);
  let supply = 0n;
  for (const token of asset.tokens) {
    const { client } = devnet.anvil(token.chainId);
    const { number } = await client.getBlock({ blockTag: 'finalized' });
    supply += (await token.readSupply(number)) * 10n ** BigInt(18 - asset.decimals);
  }
  const surplus = sats * 10n ** 10n - supply;
  return { method, verdict: surplus < 0n ? 'under-backed' : 'backed', sats, supply, surplus };
}
