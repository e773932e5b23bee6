import type { BitcoinNetworkName } from '../core/bitcoinNetwork.ts';
import { createFinding, type Finding, type Place } from './finding.ts';
import { quoteText } from './printableText.ts';

/** An asset's declaration that it shares a pool, and where. */
export interface PoolClaim extends Place {
  readonly pool: string;
  readonly network: BitcoinNetworkName | undefined;
}

/** A pool is shared by two assets at least, and lies on one network. */
export function checkPools(claims: readonly PoolClaim[]): readonly Finding[] {
  return claims.flatMap((claim) => {
    const others = claims.filter(({ pool, file }) => pool === claim.pool && file !== claim.file);
    if (others.length === 0) {
      const message = `no other asset declares the pool ${quoteText(claim.pool)}`;
      return [createFinding('REGISTRY_POOL_INVALID', claim, message)];
    }
    const stranger = others.find(({ network }) => network !== claim.network);
    if (!stranger) return [];
    const message = `the pool ${quoteText(claim.pool)} is on another network at ${stranger.file}`;
    return [createFinding('REGISTRY_POOL_INVALID', claim, message)];
  });
}
