import type { Report } from '../src/attest/report.ts';
import { TokenId, tokenIdParts } from '../src/core/caip.ts';
import type { DemoAsset } from './demoAsset.ts';

/** What the demo itself did up to the blocks that a report names. */
export interface BookFigures {
  /** Null where the report names no Bitcoin block. */
  readonly sats: bigint | null;
  /** 18 decimals; null unless the report names a block of every chain. */
  readonly supply: bigint | null;
}

/**
 * The demo's own figures for the blocks of a report.
 *
 * @throws Error where the audit found anything else, in the sums, at one address or on one chain: then
 * either of them is wrong, and there is nothing to show
 */
export function compareWithBook(report: Report, asset: DemoAsset): BookFigures {
  const { book, decimals } = asset;
  const { point, sats, addresses } = report.reserves;
  if (point && sats !== null) {
    requireSame('reserves', sats, book.reservesAt(point.height));
    const holdings = book.holdingsAt(point.height);
    for (const { address, sats: held } of addresses) {
      requireSame(address, held, holdings.get(address) ?? 0n);
    }
  }
  let supply: bigint | null = 0n;
  for (const deployment of report.supply.deployments) {
    const chainId = Number(tokenIdParts(TokenId(deployment.token)).chain.split(':')[1]);
    if (!deployment.point) {
      supply = null;
      continue;
    }
    const expected = book.supplyAt(chainId, BigInt(deployment.point.height));
    if (deployment.amount !== null) requireSame(deployment.token, deployment.amount, expected);
    if (supply !== null) supply += expected * 10n ** BigInt(18 - decimals);
  }
  if (report.graph) compareGraph(report.graph, asset);
  return { sats: point ? book.reservesAt(point.height) : null, supply };
}

/** What lies in each lockbox and what is minted against it, at the blocks that the report names. */
function compareGraph(
  { deployments, edges }: NonNullable<Report['graph']>,
  { bridges, decimals }: DemoAsset,
): void {
  const scale = 10n ** BigInt(18 - decimals);
  const heightOf = (token: string | null | undefined): bigint | null => {
    const point = deployments.find((one) => one.token === token)?.point;
    return point ? BigInt(point.height) : null;
  };
  for (const bridge of bridges) {
    const edge = edges.find(({ lockbox }) => lockbox === bridge.key);
    if (!edge) throw new Error(`the audit has no edge for the lockbox ${bridge.key}`);
    const [home, away] = [heightOf(edge.locks), heightOf(edge.copies[0])];
    if (edge.locked !== null && home !== null) {
      requireSame(`locked in ${bridge.key}`, edge.locked, bridge.lockedAt(home) * scale);
    }
    if (edge.minted !== null && away !== null) {
      requireSame(`copies of ${bridge.key}`, edge.minted, bridge.mintedAt(away) * scale);
    }
  }
}

function requireSame(what: string, found: string | null, expected: bigint): void {
  if (found === expected.toString()) return;
  throw new Error(`the audit found ${found} for ${what}, but the demo's own books say ${expected}`);
}
