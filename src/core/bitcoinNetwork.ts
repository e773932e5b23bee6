import { ChainId } from './caip.ts';

export type BitcoinNetworkName = 'mainnet' | 'testnet4' | 'signet' | 'regtest';

export interface BitcoinNetwork {
  readonly name: BitcoinNetworkName;
  /** CAIP-2, namespace bip122: the first 32 digits of the genesis hash. */
  readonly chain: ChainId;
  readonly genesisHash: string;
}

const genesisHashes: Record<BitcoinNetworkName, string> = {
  mainnet: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
  testnet4: '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043',
  signet: '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6',
  regtest: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
};

/** The Bitcoin networks that assay reads. */
export const bitcoinNetworks: readonly BitcoinNetwork[] = (
  ['mainnet', 'testnet4', 'signet', 'regtest'] as const
).map((name) => ({
  name,
  genesisHash: genesisHashes[name],
  chain: ChainId(`bip122:${genesisHashes[name].slice(0, 32)}`),
}));

/** The network with this CAIP-2 identifier, or undefined: an unknown network is never mainnet. */
export function findBitcoinNetwork(chain: ChainId): BitcoinNetwork | undefined {
  return bitcoinNetworks.find((network) => network.chain === chain);
}
