import { accountKey, tokenKey } from '../core/accountKey.ts';
import type { ChainId } from '../core/caip.ts';
import type { Asset, Deployment, Registry } from './asset.ts';

export interface TokenMatch {
  readonly asset: Asset;
  readonly deployment: Deployment;
}

/** What a registry is looked up by; made once for each, at its first use. */
const indices = new WeakMap<Registry, ReadonlyMap<string, TokenMatch>>();

/**
 * The deployment that a token address belongs to, or null. `address` is what a wallet has in hand: a
 * contract, a mint, a coin type or a denomination, in any writing that its chain knows (see
 * `accountKey`), percent-encoded as in CAIP-19 or plain.
 */
export function findToken(registry: Registry, chain: ChainId, address: string): TokenMatch | null {
  return indexOf(registry).get(accountKey(chain, address)) ?? null;
}

function indexOf(registry: Registry): ReadonlyMap<string, TokenMatch> {
  const known = indices.get(registry);
  if (known) return known;
  const index = new Map<string, TokenMatch>();
  for (const asset of registry.assets.values()) {
    for (const deployment of asset.deployments) {
      const key = tokenKey(deployment.token);
      if (!index.has(key)) index.set(key, { asset, deployment });
    }
  }
  indices.set(registry, index);
  return index;
}
