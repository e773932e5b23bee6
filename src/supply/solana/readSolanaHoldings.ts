import type { AssayError } from '../../core/assayError.ts';
import { type ChainId, tokenIdParts } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { isBase58Key } from '../base58.ts';
import { supplyRequestInvalid } from '../errors.ts';
import {
  heldTwice,
  holderRefused,
  holdingHidden,
  holdingInvalid,
  nativeUnitUnsupported,
} from '../holdingErrors.ts';
import type { HoldingReading, HoldingToRead } from '../holdingReader.ts';
import { judgeSolanaMint, tokenProgramOf } from './readSolanaMint.ts';
import type { SolanaAccount, SolanaOwnedAccounts } from './solanaAnswers.ts';
import { parseSolanaMint, type TokenProgram } from './solanaMint.ts';
import { multisigBytes, parseSolanaTokenAccount } from './solanaTokenAccount.ts';

/** An account with the slot that it was read at; null where there is none. */
export interface SolanaAccountAt {
  readonly account: SolanaAccount | null;
  readonly slot: number;
}

/** What one node says at `finalized`. */
export interface SolanaAccountReader {
  readonly source: SourceRef;
  readonly chain: ChainId;
  /** One entry per key, in their order; at least one slot even where there is no key. */
  readonly readAccounts: (keys: readonly string[]) => Promise<{
    readonly accounts: readonly SolanaAccountAt[];
    readonly slots: readonly number[];
  }>;
  /** All token accounts of the mint that the owner has. */
  readonly readOwned: (owner: string, mint: string) => Promise<SolanaOwnedAccounts>;
}

/** What is to be found out of one holding: its figure, or all accounts of an owner. */
type Step =
  | { readonly reading: HoldingReading }
  | { readonly owner: string; readonly mint: string; readonly program: TokenProgram };

const largestAmount = 2n ** 64n - 1n;

/**
 * How much of SPL tokens their holders have. Where the holder is itself a token account, it is what that
 * account holds; else the sum over all token accounts of the mint that it owns, whether it is a wallet,
 * a program's own address or nothing yet. A token account of another mint is an error, not a holder of
 * nothing; and so is one whose owner is among the holders, since what it holds is in the owner's sum.
 * Also gives the slots that the figures are of.
 *
 * @throws AssayError SOURCE_* of the reader, and SOURCE_RESPONSE_INVALID where accounts are not those
 * that were asked for
 */
export async function readSolanaHoldings(
  holdings: readonly HoldingToRead[],
  reader: SolanaAccountReader,
): Promise<{ readonly readings: readonly HoldingReading[]; readonly slots: readonly number[] }> {
  const refusals = holdings.map((holding) => refuse(holding, reader));
  const readable = holdings.filter((_, index) => refusals[index] === undefined);
  const keys = [...new Set(readable.flatMap((one) => [mintOf(one), one.holder]))];
  const { accounts, slots } = await reader.readAccounts(keys);
  const known = new Map(keys.map((key, index) => [key, accounts[index]]));
  const found = await Promise.all(
    holdings.map(async (holding, index) => {
      const error = refusals[index];
      if (error) return { reading: fail(holding, error), slots: [] };
      const step = judgeHolder(holding, holdings, known, reader.source);
      if ('reading' in step) return { reading: step.reading, slots: [] };
      const owned = await reader.readOwned(step.owner, step.mint);
      return { reading: sumOwned(holding, step, owned, reader.source), slots: [owned.slot] };
    }),
  );
  return {
    readings: found.map(({ reading }) => reading),
    slots: [...slots, ...found.flatMap((one) => one.slots)],
  };
}

function judgeHolder(
  holding: HoldingToRead,
  all: readonly HoldingToRead[],
  known: ReadonlyMap<string, SolanaAccountAt | undefined>,
  source: SourceRef,
): Step {
  const { token, holder } = holding;
  const mint = mintOf(holding);
  const [minted, held] = [known.get(mint), known.get(holder)];
  if (!minted || !held) throw supplyRequestInvalid(`has no account for ${token}`);
  const judged = judgeSolanaMint(token, minted.account, minted.slot, source);
  if ('error' in judged) return { reading: fail(holding, judged.error) };
  const owner: Step = { owner: holder, mint, program: judged.program };
  const program = held.account ? tokenProgramOf(held.account) : undefined;
  if (held.account === null || program === undefined) return owner;
  if (held.account.isCut) return refused('is a larger account than assay reads');
  const own = parseSolanaTokenAccount(held.account.data, program);
  if (own.kind === 'other') {
    return canOwn(held.account, program)
      ? owner
      : refused('is an account of a token program in a form that assay does not know');
  }
  if (own.kind === 'empty') return refused('is a token account that was never initialised');
  if (own.mint !== mint) return refused(`is a token account of another mint, ${own.mint}`);
  if (program !== judged.program) {
    throw sourceResponseInvalid(
      source,
      'gave a token account that is not of the program of its mint',
    );
  }
  const isOwner = (one: HoldingToRead) =>
    one.token === token && one.holder === own.owner && one.holder !== holder;
  if (all.some(isOwner)) return { reading: fail(holding, heldTwice(source, holding, own.owner)) };
  return own.kind === 'opaque'
    ? { reading: fail(holding, holdingHidden(source, holding, own.what)) }
    : { reading: { token, holder, amount: own.amount } };

  function refused(what: string): Step {
    return { reading: fail(holding, holderRefused(source, holding, what)) };
  }
}

/** Mints and multisignature accounts can own token accounts, as any address can. */
function canOwn({ data }: SolanaAccount, program: TokenProgram): boolean {
  return data.length === multisigBytes || parseSolanaMint(data, program).kind !== 'other';
}

function sumOwned(
  holding: HoldingToRead,
  { owner, mint, program }: { owner: string; mint: string; program: TokenProgram },
  { accounts }: SolanaOwnedAccounts,
  source: SourceRef,
): HoldingReading {
  let amount = 0n;
  let hidden: AssayError | undefined;
  for (const [address, account] of accounts) {
    const own =
      tokenProgramOf(account) === program && !account.isCut
        ? parseSolanaTokenAccount(account.data, program)
        : undefined;
    if (!own || !('mint' in own) || own.mint !== mint || own.owner !== owner) {
      const what = 'answered getTokenAccountsByOwner with an account that is none of those';
      throw sourceResponseInvalid(source, what);
    }
    if (own.kind === 'holding') amount += own.amount;
    else hidden ??= holdingHidden(source, holding, `owns ${address}, which ${own.what}`);
  }
  if (amount > largestAmount) {
    throw sourceResponseInvalid(source, 'gave one owner more of a token than there can be');
  }
  return hidden ? fail(holding, hidden) : { token: holding.token, holder: holding.holder, amount };
}

/** Why a holding is not one to ask the node for; undefined if it is. */
function refuse(
  holding: HoldingToRead,
  { chain: own, source }: SolanaAccountReader,
): AssayError | undefined {
  const { chain, standard, reference } = tokenIdParts(holding.token);
  if (chain !== own) return holdingInvalid(holding, `from a source of ${own}`);
  if (standard === 'slip44') return nativeUnitUnsupported(source, holding);
  if (standard !== 'token' || !isBase58Key(reference)) {
    return holdingInvalid(holding, 'which is no mint of Solana');
  }
  if (!isBase58Key(holding.holder)) {
    return holdingInvalid(holding, 'by what is no account of Solana');
  }
  return undefined;
}

function mintOf({ token }: HoldingToRead): string {
  return tokenIdParts(token).reference;
}

function fail({ token, holder }: HoldingToRead, error: AssayError): HoldingReading {
  return { token, holder, error };
}
