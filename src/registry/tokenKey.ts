import { chainNamespace, type TokenId, tokenIdParts } from '../core/caip.ts';

/** Equal for equal tokens: EVM addresses are compared without regard to their case. */
export function tokenKey(token: TokenId): string {
  const { chain } = tokenIdParts(token);
  return chainNamespace(chain) === 'eip155' ? token.toLowerCase() : token;
}
