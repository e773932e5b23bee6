import type { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import {
  tokenDecimalsMismatch,
  tokenHasNoAccount,
  tokenIsNoMint,
  tokenSupplyUnknown,
} from './errors.ts';
import type { SolanaAccount } from './solanaAnswers.ts';
import { parseSolanaMint, type TokenProgram, tokenPrograms } from './solanaMint.ts';
import type { TokenReading, TokenToRead } from './supplySource.ts';

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
  const refuse = (error: AssayError): TokenReading => ({ token, error });
  if (account === null) return refuse(tokenHasNoAccount(source, token, slot));
  const program = programOf(account.owner);
  if (program === undefined) {
    const what = `belongs to the program ${account.owner}, not to one of the token programs`;
    return refuse(tokenIsNoMint(source, token, what));
  }
  if (account.isCut) {
    return refuse(tokenIsNoMint(source, token, 'is an account larger than assay reads'));
  }
  const mint = parseSolanaMint(account.data, program);
  if (mint.kind === 'other') return refuse(tokenIsNoMint(source, token, mint.what));
  if (mint.kind === 'opaque') return refuse(tokenSupplyUnknown(source, token, mint.what));
  if (mint.decimals !== decimals) {
    return refuse(tokenDecimalsMismatch(source, token, decimals, BigInt(mint.decimals)));
  }
  return { token, amount: mint.supply };
}

function programOf(owner: string): TokenProgram | undefined {
  if (owner === tokenPrograms.token) return 'token';
  return owner === tokenPrograms['token-2022'] ? 'token-2022' : undefined;
}
