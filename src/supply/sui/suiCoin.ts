import { tokenIdParts } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import {
  tokenDecimalsMismatch,
  tokenDecimalsUnknown,
  tokenIdRefused,
  tokenMissing,
  tokenSupplyUnknown,
  tokenSymbolMismatch,
} from '../errors.ts';
import { decodeReference } from '../evm/decodeReference.ts';
import type { TokenToRead } from '../supplySource.ts';
import type { CoinMetadata } from './suiAnswers.ts';

/** Module and name are case-sensitive; the address has one spelling only. */
const coinType = /^0x[0-9a-f]{64}(?:::[A-Za-z]\w{0,127}){2}$/;
const anySpelling = /^(?:0x)?[0-9a-fA-F]{1,64}(?:::[A-Za-z]\w{0,127}){2}$/;

/**
 * The coin type of a token `coin:…`, percent-encoded there. Sui itself takes any spelling of the
 * address, which here would make two tokens of one.
 *
 * @throws AssayError TOKEN_ID_INVALID
 */
export function coinTypeOf({ token }: TokenToRead): string {
  const { standard, reference } = tokenIdParts(token);
  const name = standard === 'coin' ? decodeReference(reference) : undefined;
  if (name !== undefined && coinType.test(name)) return name;
  throw tokenIdRefused(
    token,
    name !== undefined && anySpelling.test(name)
      ? 'writes the address of its package with other casing or padding than the one in use'
      : 'is no coin type that Sui could have',
    'Write coin: and 0x with all 64 hex digits in lower case, module and name, with %3A for colons.',
  );
}

/**
 * Whether a server means the coin type that was asked for; it may spell the address without zeros
 * before it.
 *
 * @param asked as `coinTypeOf` has it
 */
export function isCoinType(told: string, asked: string): boolean {
  if (!anySpelling.test(told)) return false;
  const [address = '', ...names] = told.split('::');
  const digits = address.replace(/^0x/, '').toLowerCase().padStart(64, '0');
  return [`0x${digits}`, ...names].join('::') === asked;
}

/**
 * The supply of a coin, once decimals and symbol are those of the registry.
 *
 * @throws AssayError TOKEN_MISSING, TOKEN_DECIMALS_UNKNOWN, TOKEN_DECIMALS_MISMATCH,
 * TOKEN_SYMBOL_MISMATCH, TOKEN_SUPPLY_UNKNOWN
 */
export function checkCoin(
  { token, decimals, symbol }: TokenToRead,
  coin: CoinMetadata,
  source: SourceRef,
): bigint {
  if (!coin) {
    const what = 'has no metadata: there is no such coin, with module and name in this case';
    throw tokenMissing(source, token, what);
  }
  if (coin.decimals === null) {
    throw tokenDecimalsUnknown(source, token, 'has no metadata that tells its decimals');
  }
  if (coin.decimals !== decimals) {
    throw tokenDecimalsMismatch(source, token, decimals, BigInt(coin.decimals));
  }
  if (coin.symbol !== null && coin.symbol !== symbol) {
    throw tokenSymbolMismatch(source, token, symbol, coin.symbol);
  }
  // A treasury that is wrapped in an object of the issuer's is out of the service's sight.
  if (coin.supply === null) throw tokenSupplyUnknown(source, token, 'has a supply of null');
  return coin.supply;
}
