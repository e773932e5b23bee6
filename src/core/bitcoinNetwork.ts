import { ChainId } from './caip.ts';

export type BitcoinNetworkName = 'mainnet' | 'testnet4' | 'signet' | 'regtest';

/** A block that every chain of a network has, and none that only shares its beginning. */
export interface KnownBlock {
  readonly height: number;
  /** In the order that RPC and explorers show it. */
  readonly hash: string;
  /** Of its header, where no later block may be much easier. */
  readonly bits?: number;
}

export interface BitcoinNetwork {
  readonly name: BitcoinNetworkName;
  /** CAIP-2, namespace bip122: the first 32 digits of the genesis hash. */
  readonly chain: ChainId;
  readonly genesisHash: string;
  /** By which the network is known, ascending: the genesis block, and one after each fork. */
  readonly knownBlocks: readonly KnownBlock[];
  /** From this height on every coinbase begins with its height (BIP 34). */
  readonly bip34Height: number;
  /** What makes the network's blocks valid (BIP 325), in hex. */
  readonly signetChallenge?: string;
}

/*
 * Hashes, heights and the challenge: Bitcoin Core, src/kernel/chainparams.cpp at 284c42a3ceb98587
 * (SegwitHeight, m_assumeutxo_data, defaultAssumeValid, BIP34Height). Bits: the targets of Electrum's
 * electrum/chains/mainnet/checkpoints.json at 08fa871f39d9ba69. Signet's block 2015: the same, of signet.
 */
const networks: readonly Omit<BitcoinNetwork, 'chain' | 'genesisHash'>[] = [
  {
    name: 'mainnet',
    knownBlocks: [
      { height: 0, hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f' },
      // After Bitcoin Cash (478,559) left, and with it what left Bitcoin Cash: BSV, XEC.
      {
        height: 481_824,
        hash: '0000000000000000001c8018d9cb3b742ef25114f27563e3fc4a1902167f9893',
        bits: 0x1801_3ce9,
      },
      // After all who left later.
      {
        height: 840_000,
        hash: '0000000000000000000320283a032748cef8227873ff4872689bf23f1cda83a5',
        bits: 0x1703_4219,
      },
      {
        height: 910_000,
        hash: '0000000000000000000108970acb9522ffd516eae17acddcb1bd16469194a821',
        bits: 0x1702_2cb3,
      },
    ],
    bip34Height: 227_931,
  },
  {
    name: 'testnet4',
    knownBlocks: [
      { height: 0, hash: '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043' },
      { height: 90_000, hash: '0000000002ebe8bcda020e0dd6ccfbdfac531d2f6a81457191b99fc2df2dbe3b' },
    ],
    bip34Height: 1,
  },
  {
    name: 'signet',
    knownBlocks: [
      // Every signet has this one.
      { height: 0, hash: '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6' },
      { height: 2_015, hash: '000000c0a3841a6ae64c45864ae25314b40fd522bfb299a4b6bd5ef288cae74d' },
      {
        height: 160_000,
        hash: '0000003ca3c99aff040f2563c2ad8f8ec88bd0fd6b8f0895cfaf1ef90353a62c',
      },
      {
        height: 267_665,
        hash: '000000128586e26813922680309f04e1de713c7542fee86ed908f56368aefe2e',
      },
    ],
    bip34Height: 1,
    signetChallenge:
      '512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c9540ce96883fe3b278760f048f5189f2e6c452ae',
  },
  {
    name: 'regtest',
    knownBlocks: [
      { height: 0, hash: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206' },
    ],
    bip34Height: 1,
  },
];

/** The Bitcoin networks that assay reads. */
export const bitcoinNetworks: readonly BitcoinNetwork[] = networks.map((network) => {
  const genesisHash = network.knownBlocks[0]?.hash ?? '';
  return { ...network, genesisHash, chain: ChainId(`bip122:${genesisHash.slice(0, 32)}`) };
});

/** The network with this CAIP-2 identifier, or undefined: an unknown network is never mainnet. */
export function findBitcoinNetwork(chain: ChainId): BitcoinNetwork | undefined {
  return bitcoinNetworks.find((network) => network.chain === chain);
}
