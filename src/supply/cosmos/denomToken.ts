import { tokenIdParts } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import {
  tokenDecimalsMismatch,
  tokenDecimalsUnknown,
  tokenIdRefused,
  tokenMissing,
  tokenSymbolMismatch,
} from '../errors.ts';
import { decodeReference } from '../evm/decodeReference.ts';
import type { TokenToRead } from '../supplySource.ts';
import type { DenomMetadata } from './cosmosAnswers.ts';

/** As the Cosmos SDK has it. */
const denomPattern = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;

/**
 * The bank denomination of a token `denom:…`, percent-encoded there since it may hold slashes.
 *
 * @throws AssayError TOKEN_ID_INVALID
 */
export function denomOf({ token }: Pick<TokenToRead, 'token'>): string {
  const { standard, reference } = tokenIdParts(token);
  const denom = decodeReference(reference);
  if (standard === 'denom' && denom !== undefined && denomPattern.test(denom)) return denom;
  throw tokenIdRefused(
    token,
    'is no denomination that a Cosmos chain could have',
    'Write denom: and the denomination, with %2F for each slash.',
  );
}

/**
 * Compares what the chain says of a denomination with the registry. Without metadata neither decimals
 * nor, where the bank answers 0, existence is shown, so that there is no figure: an unknown
 * denomination has a supply of 0 as well.
 *
 * @param metadata undefined where the chain has none
 * @throws AssayError TOKEN_MISSING, TOKEN_DECIMALS_UNKNOWN, TOKEN_DECIMALS_MISMATCH,
 * TOKEN_SYMBOL_MISMATCH
 */
export function checkDenom(
  { token, decimals, symbol }: TokenToRead,
  amount: bigint,
  metadata: DenomMetadata | undefined,
  source: SourceRef,
): void {
  if (!metadata) {
    throw amount === 0n
      ? tokenMissing(
          source,
          token,
          'has neither supply nor metadata: there is no such denomination',
        )
      : tokenDecimalsUnknown(source, token, 'has no metadata that would tell its decimals');
  }
  const { base, display, denom_units: units } = metadata;
  const unit = units.find(({ denom }) => denom === display);
  const baseUnit = units.find(({ denom }) => denom === base);
  // Token factories write metadata of their own accord that knows the base unit and nothing else.
  if (!unit || baseUnit?.exponent !== 0 || (display === base && decimals !== 0)) {
    throw tokenDecimalsUnknown(source, token, 'has metadata that does not tell its decimals');
  }
  if (unit.exponent !== decimals) {
    throw tokenDecimalsMismatch(source, token, decimals, BigInt(unit.exponent));
  }
  if (metadata.symbol !== symbol) {
    throw tokenSymbolMismatch(source, token, symbol, metadata.symbol);
  }
}
