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
  'eip155:143': ['https://rpc.monad.xyz#operator=monad'],
  'eip155:146': [
    'https://rpc.soniclabs.com#operator=sonic',
    'https://sonic-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:196': ['https://xlayerrpc.okx.com#operator=okx'],
  'eip155:223': ['https://rpc.bsquared.network#operator=bsquared'],
  'eip155:239': ['https://rpc.tac.build#operator=tac'],
  'eip155:250': [
    'https://rpcapi.fantom.network#operator=fantom',
    'https://fantom-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:324': [
    'https://mainnet.era.zksync.io#operator=matterlabs',
    'https://zksync.drpc.org#operator=drpc',
  ],
  'eip155:480': [
    'https://worldchain-mainnet.g.alchemy.com/public#operator=alchemy',
    'https://worldchain.drpc.org#operator=drpc',
  ],
  'eip155:988': ['https://rpc.stable.xyz#operator=stable'],
  'eip155:1116': [
    'https://rpc.coredao.org#operator=coredao',
    'https://core.drpc.org#operator=drpc',
  ],
  'eip155:1329': [
    'https://evm-rpc.sei-apis.com#operator=sei',
    'https://sei-evm-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:1868': [
    'https://rpc.soneium.org#operator=soneium',
    'https://soneium.drpc.org#operator=drpc',
  ],
  'eip155:1923': ['https://swell-mainnet.alt.technology#operator=altlayer'],
  'eip155:2020': [
    'https://api.roninchain.com/rpc#operator=skymavis',
    'https://ronin.drpc.org#operator=drpc',
  ],
  'eip155:2222': [
    'https://evm.kava.io#operator=kava',
    'https://kava-evm-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:2818': [
    'https://rpc.morphl2.io#operator=morph',
    'https://rpc-quicknode.morphl2.io#operator=quicknode',
  ],
  'eip155:4200': ['https://rpc.merlinchain.io#operator=merlin'],
  'eip155:4217': ['https://rpc.tempo.xyz#operator=tempo'],
  'eip155:4326': ['https://mainnet.megaeth.com/rpc#operator=megaeth'],
  'eip155:4663': ['https://rpc.mainnet.chain.robinhood.com#operator=robinhood'],
  'eip155:4689': ['https://babel-api.mainnet.iotex.io#operator=iotex'],
  'eip155:5000': [
    'https://rpc.mantle.xyz#operator=mantle',
    'https://mantle-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:5042': [
    'https://rpc.mainnet.arc.io#operator=circle',
    'https://rpc.drpc.mainnet.arc.io#operator=drpc',
  ],
  'eip155:5545': ['https://rpc.duckchain.io#operator=duckchain'],
  'eip155:7000': ['https://zetachain-evm.blockpi.network/v1/rpc/public#operator=blockpi'],
  'eip155:8453': [
    'https://mainnet.base.org#operator=base',
    'https://base-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:34443': [
    'https://mainnet.mode.network#operator=mode',
    'https://mode.drpc.org#operator=drpc',
  ],
  'eip155:42161': [
    'https://arb1.arbitrum.io/rpc#operator=offchainlabs',
    'https://arbitrum-one-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:42793': ['https://node.mainnet.etherlink.com#operator=etherlink'],
  'eip155:43111': [
    'https://rpc.hemi.network/rpc#operator=hemi',
    'https://hemi.drpc.org#operator=drpc',
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
  'eip155:167000': [
    'https://rpc.mainnet.taiko.xyz#operator=taiko',
    'https://taiko-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:200901': ['https://rpc.bitlayer.org#operator=bitlayer'],
  'eip155:534352': [
    'https://rpc.scroll.io#operator=scroll',
    'https://scroll-rpc.publicnode.com#operator=publicnode',
  ],
  'eip155:747474': ['https://rpc.katana.network#operator=katana'],
  'eip155:21000000': ['https://mainnet.corn-rpc.com#operator=corn'],
  'eip155:1313161554': [
    'https://mainnet.aurora.dev#operator=aurora',
    'https://aurora.drpc.org#operator=drpc',
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
};

/** The chains that have a public default. */
export const publicRpcChains: readonly string[] = Object.keys(servers);

/** The public servers of a chain, each of another operator; none where assay knows none. */
export function publicRpcs(chain: ChainId): readonly RpcOption[] {
  return (servers[chain] ?? []).map((url) => parseRpcOption(`${chain}=${url}`));
}
