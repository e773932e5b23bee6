import type { TokenId } from '../../core/caip.ts';
import { tokenIdParts } from '../../core/caip.ts';

/** The coin type (SLIP-44) of what an EVM chain itself counts, by CAIP-2 chain, where it is bitcoin. */
const coinTypes: Readonly<Record<string, string>> = {
  // RBTC of Rootstock.
  'eip155:30': '137',
};

/** Whether a token is the unit of its own chain, whose balances assay can read: 18 decimals on each. */
export function isNativeUnit(token: TokenId): boolean {
  const { chain, standard, reference } = tokenIdParts(token);
  return standard === 'slip44' && Object.hasOwn(coinTypes, chain) && coinTypes[chain] === reference;
}
