import type { BitcoinNetworkName } from '../core/bitcoinNetwork.ts';

const sources: Record<BitcoinNetworkName, readonly string[]> = {
  mainnet: ['mempool+https://mempool.space'],
  testnet4: ['mempool+https://mempool.space/testnet4'],
  signet: ['mempool+https://mempool.space/signet'],
  regtest: [],
};

/** Public sources of a network, for those who name none of their own; regtest has none. */
export function publicBitcoinSources(network: BitcoinNetworkName): readonly string[] {
  return sources[network];
}
