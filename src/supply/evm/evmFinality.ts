import type { ChainId } from '../../core/caip.ts';
import type { FinalityRule } from '../finalityRule.ts';

/** The rule of one chain; where it is a depth, with the reason and how long it is. */
export type ChainFinality =
  | Extract<FinalityRule, { kind: 'tag' }>
  | (Extract<FinalityRule, { kind: 'depth' }> & {
      /** About how long so many blocks take, in seconds. */
      readonly seconds: number;
      readonly why: string;
    });

/** What the chain's nodes call `finalized`; one that does not know the tag is refused. */
const finalized: ChainFinality = { kind: 'tag', tag: 'finalized' };

/**
 * By CAIP-2 chain. On a rollup `finalized` means that its data lie in a final block of the chain below
 * it; on a chain whose validators agree on each block (CometBFT, Snowman, HotStuff and their kin) it is
 * the newest block or one close to it. A depth stands where the nodes have no such tag, and it is chosen
 * from how the chain agrees on blocks. Where neither is known for sure, the tag stands: a node that
 * refuses it is an error, while a depth that is too small would be a wrong answer.
 */
const rules: Readonly<Record<string, ChainFinality>> = {
  // Ethereum and other chains with a finality of their own.
  'eip155:1': finalized,
  'eip155:30': {
    kind: 'depth',
    blocks: 120,
    seconds: 3600,
    why: 'Rootstock is merge-mined with Bitcoin, a block every half a minute, and its nodes know no tag: as long as six Bitcoin blocks.',
  },
  'eip155:56': finalized,
  'eip155:100': finalized,
  'eip155:137': finalized,
  'eip155:143': finalized,
  'eip155:146': finalized,
  'eip155:239': finalized,
  'eip155:250': {
    kind: 'depth',
    blocks: 10,
    seconds: 10,
    why: 'Opera’s consensus (Lachesis) makes final blocks only, and its nodes know no tag: a margin for servers of one address that are not at the same block.',
  },
  'eip155:988': finalized,
  'eip155:999': {
    kind: 'depth',
    blocks: 10,
    seconds: 10,
    why: 'HyperBFT makes final blocks only, and the chain’s own node documents no tag: a margin for servers of one address that are not at the same block.',
  },
  'eip155:1116': {
    kind: 'depth',
    blocks: 64,
    seconds: 192,
    why: 'Core’s validators (at most 31) take turns, a block every 3 seconds, and a block stands once more than half of them built on it: two whole rounds.',
  },
  'eip155:1329': finalized,
  'eip155:2020': finalized,
  'eip155:2222': finalized,
  'eip155:4217': finalized,
  'eip155:4689': {
    kind: 'depth',
    blocks: 10,
    seconds: 50,
    why: 'IoTeX’s delegates agree on each block (Roll-DPoS), and its nodes long knew no tag: a margin for servers of one address that are not at the same block.',
  },
  'eip155:5042': finalized,
  'eip155:7000': finalized,
  'eip155:43114': finalized,
  'eip155:80094': finalized,
  'eip155:200901': {
    kind: 'depth',
    blocks: 64,
    seconds: 192,
    why: 'Bitlayer’s validators (at most 21) take turns as in clique, a block every 3 seconds, and the longest chain counts: three whole rounds.',
  },
  'eip155:1313161554': finalized,
  // Rollups and other chains that settle on another one.
  'eip155:10': finalized,
  'eip155:130': finalized,
  'eip155:196': finalized,
  'eip155:223': finalized,
  'eip155:324': finalized,
  'eip155:480': finalized,
  'eip155:1868': finalized,
  'eip155:1923': finalized,
  'eip155:2818': finalized,
  'eip155:4200': finalized,
  'eip155:4326': finalized,
  'eip155:4663': finalized,
  'eip155:5000': finalized,
  'eip155:5545': finalized,
  'eip155:8453': finalized,
  'eip155:34443': finalized,
  'eip155:42161': finalized,
  'eip155:42793': finalized,
  'eip155:43111': finalized,
  'eip155:57073': finalized,
  'eip155:59144': finalized,
  'eip155:60808': finalized,
  'eip155:167000': finalized,
  'eip155:534352': finalized,
  'eip155:747474': finalized,
  'eip155:21000000': finalized,
};

/** The chains whose rule has been decided one by one. */
export const evmFinalityChains: readonly string[] = Object.keys(rules);

/** The rule of an EVM chain; `finalized` for one that is not in the table. */
export function evmFinality(chain: ChainId): ChainFinality {
  return Object.hasOwn(rules, chain) ? (rules[chain] ?? finalized) : finalized;
}
