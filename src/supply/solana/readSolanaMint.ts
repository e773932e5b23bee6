import type { AssayError } from '../../core/assayError.ts';
import type { TokenId } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import {
  tokenDecimalsMismatch,
  tokenHasNoAccount,
  tokenIsNoMint,
  tokenSupplyUnknown,
} from '../errors.ts';
import type { TokenReading, TokenToRead } from '../supplySource.ts';
import type { SolanaAccount } from './solanaAnswers.ts';
import { parseSolanaMint, type TokenProgram, tokenPrograms } from './solanaMint.ts';

/** The figures of a mint with the program that keeps it, or why there are none. */
export type SolanaMintReading =
  | { readonly program: TokenProgram; readonly supply: bigint; readonly decimals: number }
  | { readonly error: AssayError };

/**
 * What the account of a mint says of the token. What is wrong with the token is part of the reading.
 * The symbol is not checked: a mint has none, and the programs that keep names beside it are many.
 */
export function readSolanaMint(
  { token, decimals }: TokenToRead,
  account: SolanaAccount | null,
  slot: number,
  source: SourceRef,
): TokenReading {
  const mint = judgeSolanaMint(token, account, slot, source);
  if ('error' in mint) return { token, error: mint.error };
  if (mint.decimals !== decimals) {
    const error = tokenDecimalsMismatch(source, token, decimals, BigInt(mint.decimals));
    return { token, error };
  }
  return { token, amount: mint.supply };
}

/** Whether the account is a mint whose figures are what its holders have. */
export function judgeSolanaMint(
  token: TokenId,
  account: SolanaAccount | null,
  slot: number,
  source: SourceRef,
): SolanaMintReading {
  if (account === null) return { error: tokenHasNoAccount(source, token, slot) };
  const program = tokenProgramOf(account);
  if (program === undefined) {
    const what = `belongs to the program ${account.owner}, not to one of the token programs`;
    return { error: tokenIsNoMint(source, token, what) };
  }
  if (account.isCut) {
    return { error: tokenIsNoMint(source, token, 'is an account larger than assay reads') };
  }
  const mint = parseSolanaMint(account.data, program);
  if (mint.kind === 'other') return { error: tokenIsNoMint(source, token, mint.what) };
  if (mint.kind === 'opaque') return { error: tokenSupplyUnknown(source, token, mint.what) };
  return { program, supply: mint.supply, decimals: mint.decimals };
}

/** Which token program keeps the account; undefined if it is none of them. */
export function tokenProgramOf({ owner }: SolanaAccount): TokenProgram | undefined {
  if (owner === tokenPrograms.token) return 'token';
  return owner === tokenPrograms['token-2022'] ? 'token-2022' : undefined;
}
