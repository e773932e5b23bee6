import { type ChainId, chainNamespace, chainReference } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceWrongChain } from '../../core/sourceErrors.ts';
import { chainKindInvalid } from '../errors.ts';

/** Digest of the genesis checkpoint of each network, in base58, and its first four bytes in hex. */
const networks: ReadonlyMap<string, readonly string[]> = new Map([
  ['mainnet', ['4btiuiMPvEENsttpZC7CZ53DruC3MAgfznDbASZ7DR6S', '35834a8a']],
  ['testnet', ['69WiPg3DAQiwdxfncX6wYQ2siKwAe6L9BZthQea3JNMD', '4c78adac']],
]);

/** One network of Sui. */
export interface SuiNetwork {
  /**
   * Refuses a server that names another genesis checkpoint.
   *
   * @throws AssayError SOURCE_WRONG_CHAIN
   */
  check(identifier: string, source: SourceRef): void;
}

/**
 * The network of `sui:mainnet` or `sui:testnet`.
 *
 * @throws AssayError CHAIN_ID_INVALID
 */
export function suiNetwork(chain: ChainId): SuiNetwork {
  const known = networks.get(chainReference(chain));
  if (chainNamespace(chain) !== 'sui' || !known) throw chainKindInvalid(chain, 'Sui');
  return {
    check(identifier, source) {
      if (known.includes(identifier)) return;
      throw sourceWrongChain(source, chain, nameNetwork(identifier));
    },
  };
}

function nameNetwork(id: string): string {
  for (const [name, identifiers] of networks) if (identifiers.includes(id)) return `sui:${name}`;
  return `the network ${id}`;
}
