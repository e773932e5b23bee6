import type { ChainId } from '../core/caip.ts';
import { parseRpcOption, type RpcOption } from './parseRpcOption.ts';

/**
 * Public RPC servers that want no key, by CAIP-2 chain: the chain's own where it runs one, and one of
 * another operator where there is. A table rather than viem's `chains`, so that an update of a library
 * never changes whom assay asks.
 */
const servers: Readonly<Record<string, readonly string[]>> = {
  'eip155:1': [
    'https://ethereum.reth.rs/rpc#operator=paradigm',
    'https://ethereum-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:10': [
    'https://mainnet.optimism.io#operator=optimism',
    'https://optimism-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:30': ['https://public-node.rsk.co#operator=rootstock'],
  'eip155:56': [
    'https://bsc-dataseed.bnbchain.org#operator=bnbchain',
    'https://bsc-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:100': [
    'https://rpc.gnosischain.com#operator=gnosis',
    'https://gnosis-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:130': [
    'https://mainnet.unichain.org#operator=unichain',
    'https://unichain-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:137': [
    'https://polygon.drpc.org#operator=drpc',
    'https://polygon-bor-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:146': [
    'https://rpc.soniclabs.com#operator=sonic',
    'https://sonic-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:196': ['https://xlayerrpc.okx.com#operator=okx'],
  'eip155:2222': [
    'https://evm.kava.io#operator=kava',
    'https://kava-evm-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:5000': [
    'https://rpc.mantle.xyz#operator=mantle',
    'https://mantle-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:8453': [
    'https://mainnet.base.org#operator=base',
    'https://base-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:42161': [
    'https://arb1.arbitrum.io/rpc#operator=offchainlabs',
    'https://arbitrum-one-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:43114': [
    'https://api.avax.network/ext/bc/C/rpc#operator=avalabs',
    'https://avalanche-c-chain-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:57073': ['https://rpc-gel.inkonchain.com#operator=gelato'],
  'eip155:59144': [
    'https://rpc.linea.build#operator=linea',
    'https://linea-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:60808': ['https://rpc.gobob.xyz#operator=bob'],
  'eip155:80094': [
    'https://rpc.berachain.com#operator=berachain',
    'https://berachain-rpc.publicnode.com#operator=publicnode',
  ],
  'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp': [
    'https://api.mainnet-beta.solana.com#operator=solana',
    'https://solana-rpc.publicnode.com#operator=publicnode',
  ],
  'sui:mainnet': ['https://graphql.mainnet.sui.io/graphql#operator=mysten'],
  'aptos:1': ['https://api.mainnet.aptoslabs.com/v1#operator=aptoslabs'],
  'tron:0x2b6653dc': ['https://api.trongrid.io#operator=trongrid'],
  'cosmos:osmosis-1': [
    'https://lcd.osmosis.zone#operator=osmosis',
    'https://osmosis-rest.publicnode.com#operator=publicnode',
  ],
  'eip155:534352': [
    'https://rpc.scroll.io#operator=scroll',
    'https://scroll-rpc.publicnode.com#operator=publicnode',
  ],
};

/** The chains that have a public default. */
export const publicRpcChains: readonly string[] = Object.keys(servers);

/** The public servers of a chain, each of another operator; none where assay knows none. */
export function publicRpcs(chain: ChainId): readonly RpcOption[] {
  return (servers[chain] ?? []).map((url) => parseRpcOption(`${chain}=${url}`));
}
