import { expect } from 'vitest';
import { z } from 'zod';
import type { World } from '../../../demo/world.ts';
import type { Report } from '../../../src/attest/report.ts';
import { TokenId, tokenIdParts } from '../../../src/core/caip.ts';

/**
 * Every block that the report names is in the best chain now, and every figure is what the demo's own
 * books say for that block: sums, single addresses, single deployments.
 */
export async function expectConsistent(report: Report, { devnet, asset }: World): Promise<void> {
  const { book, decimals } = asset(report.asset.id);
  const { point, sats, addresses } = report.reserves;
  if (point) {
    expect(await readBlockHash(devnet, point.height)).toBe(point.hash);
    if (sats !== null) {
      expect(sats).toBe(book.reservesAt(point.height).toString());
      const holdings = book.holdingsAt(point.height);
      expect(addresses.map((one) => one.sats)).toEqual(
        addresses.map(({ address }) => (holdings.get(address) ?? 0n).toString()),
      );
    }
  }
  let supply = 0n;
  for (const deployment of report.supply.deployments) {
    if (deployment.point === null || deployment.amount === null) continue;
    const { height, hash } = deployment.point;
    const chainId = Number(tokenIdParts(TokenId(deployment.token)).chain.slice('eip155:'.length));
    const block = await devnet.anvil(chainId).client.getBlock({ blockNumber: BigInt(height) });
    expect(block.hash).toBe(hash);
    const expected = book.supplyAt(chainId, BigInt(height));
    expect(deployment.amount).toBe(expected.toString());
    supply += expected * 10n ** BigInt(18 - decimals);
  }
  if (report.supply.amount !== null) expect(report.supply.amount).toBe(supply.toString());
  if (report.surplus && sats !== null) {
    expect(report.surplus.amount).toBe((BigInt(sats) * 10n ** 10n - supply).toString());
  }
}

/** The hash of the block at a height of the best chain, by the node itself. */
export async function readBlockHash(devnet: World['devnet'], height: number): Promise<string> {
  return z.string().parse(await devnet.bitcoind.rpc('getblockhash', [height]));
}
