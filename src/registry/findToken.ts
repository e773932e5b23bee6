import { type ChainId, chainNamespace } from '../core/caip.ts';
import type { Asset, Deployment, Registry } from './asset.ts';
import { encodeTokenReference } from './tokenReference.ts';

export interface TokenMatch {
  readonly asset: Asset;
  readonly deployment: Deployment;
}

/**
 * The deployment that a token address belongs to, or null. `address` is what a wallet has in hand:
 * a contract, a mint, a coin type or a denomination, percent-encoded as in CAIP-19 or plain. EVM
 * addresses are compared without regard to their case, all others exactly.
 */
export function findToken(registry: Registry, chain: ChainId, address: string): TokenMatch | null {
  const isEvm = chainNamespace(chain) === 'eip155';
  const wanted = isEvm ? [address.toLowerCase()] : [address, encodeTokenReference(address)];
  for (const asset of registry.assets.values()) {
    for (const deployment of asset.deployments) {
      if (deployment.chain !== chain) continue;
      const reference = isEvm ? deployment.reference.toLowerCase() : deployment.reference;
      if (wanted.includes(reference)) return { asset, deployment };
    }
  }
  return null;
}
