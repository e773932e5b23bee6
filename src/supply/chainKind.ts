import {
  type ChainId,
  chainNamespace,
  chainReference,
  type TokenId,
  tokenIdParts,
} from '../core/caip.ts';

/** By what kind of interface the tokens of a chain are read. */
export type ChainKind = 'evm' | 'solana' | 'sui' | 'aptos' | 'tron' | 'cosmos';

/** Which references a namespace may have; main networks alone where assay knows no others. */
const references: Readonly<Record<string, readonly [kind: ChainKind, reference: RegExp]>> = {
  eip155: ['evm', /^[1-9]\d*$/],
  solana: ['solana', /^5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp$/],
  sui: ['sui', /^mainnet$/],
  aptos: ['aptos', /^1$/],
  tron: ['tron', /^0x2b6653dc$/],
  cosmos: ['cosmos', /^[-a-zA-Z0-9]+$/],
};

/** The kind of a chain, or undefined where assay cannot read its tokens. */
export function chainKind(chain: ChainId): ChainKind | undefined {
  const [kind, reference] = references[chainNamespace(chain)] ?? [];
  return reference?.test(chainReference(chain)) ? kind : undefined;
}

/** The namespaces of tokens that the source of each kind reads. */
const standards: Readonly<Record<ChainKind, readonly string[]>> = {
  evm: ['erc20'],
  solana: ['token'],
  sui: ['coin'],
  aptos: ['fungible', 'coin'],
  tron: ['trc20'],
  cosmos: ['denom'],
};

/** Whether assay can read the supply of a token, given a server of its chain. */
export function isReadable(token: TokenId): boolean {
  const { chain, standard } = tokenIdParts(token);
  const kind = chainKind(chain);
  return kind !== undefined && standards[kind].includes(standard);
}
