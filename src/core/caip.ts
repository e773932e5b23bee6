import { AssayError } from './assayError.ts';
import type { Branded } from './branded.ts';

/** A chain as CAIP-2 names it: `eip155:1`, `bip122:000000000019d6689c085ae165831e93`. */
export type ChainId = Branded<string, 'ChainId'>;

/** A token as CAIP-19 names it: `eip155:1/erc20:0x2260…C599`. */
export type TokenId = Branded<string, 'TokenId'>;

export interface TokenIdParts {
  readonly chain: ChainId;
  /** Namespace of the token on its chain: `erc20`, `token`, `coin`, … */
  readonly standard: string;
  /** Address, mint or denomination, as the identifier writes it. */
  readonly reference: string;
}

const chainPattern = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/;
const tokenPattern =
  /^([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32})\/([-a-z0-9]{3,8}):([-.%a-zA-Z0-9]{1,128})$/;

/** @throws AssayError CHAIN_ID_INVALID unless the text is CAIP-2 */
export function ChainId(text: string): ChainId {
  if (!isChainId(text)) {
    throw new AssayError('CHAIN_ID_INVALID', {
      message: `${JSON.stringify(text.slice(0, 60))} is not a CAIP-2 chain identifier`,
    });
  }
  return text;
}

/** Whether the text is CAIP-2. */
export function isChainId(text: string): text is ChainId {
  return chainPattern.test(text);
}

/** The chain's namespace: `eip155` of `eip155:1`. */
export function chainNamespace(chain: ChainId): string {
  return chain.slice(0, chain.indexOf(':'));
}

/** The chain's reference: `1` of `eip155:1`. */
export function chainReference(chain: ChainId): string {
  return chain.slice(chain.indexOf(':') + 1);
}

/** @throws AssayError TOKEN_ID_INVALID unless the text is CAIP-19 */
export function TokenId(text: string): TokenId {
  splitToken(text);
  return text as TokenId;
}

/** Chain, standard and reference of a token. */
export function tokenIdParts(token: TokenId): TokenIdParts {
  return splitToken(token);
}

function splitToken(text: string): TokenIdParts {
  const match = tokenPattern.exec(text);
  if (!match?.[1] || !match[2] || !match[3]) {
    throw new AssayError('TOKEN_ID_INVALID', {
      message: `${JSON.stringify(text.slice(0, 200))} is not a CAIP-19 token identifier`,
    });
  }
  return { chain: match[1] as ChainId, standard: match[2], reference: match[3] };
}
