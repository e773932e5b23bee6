import { encodeBase58 } from '../base58.ts';
import type { TokenProgram } from './solanaMint.ts';

/**
 * What the data of an account says: what a token account holds; or that it was made and never used; or
 * that it is none; or that it is one whose amount is not all that it holds. `what` completes "the
 * holder …".
 */
export type SolanaTokenAccount =
  | ({ readonly kind: 'holding'; readonly amount: bigint } & TokenAccountKeys)
  | ({ readonly kind: 'opaque'; readonly what: string } & TokenAccountKeys)
  | { readonly kind: 'empty' }
  | { readonly kind: 'other' };

interface TokenAccountKeys {
  /** In base58. */
  readonly mint: string;
  /** Who may spend what it holds, in base58. */
  readonly owner: string;
}

const accountBytes = 165;
/** Of an account that keeps the signers of a multisignature. */
export const multisigBytes = 355;
/** Where Token-2022 says what kind of account it is, and what it says of a token account. */
const kindOffset = accountBytes;
const accountKind = 2;

/** Where an optional field says whether it is there: delegate, native reserve, close authority. */
const optionOffsets = [72, 109, 129];

/** `ExtensionType` of Token-2022. */
const confidentialTransferAccount = 5;

/**
 * Extensions of accounts that leave the amount what it is: withheld fee (which is not the owner's, and
 * no part of the amount), immutable owner, memo transfer, CPI guard, non-transferable, transfer hook,
 * confidential withheld fee, pausable.
 */
const harmless: ReadonlySet<number> = new Set([2, 7, 8, 11, 13, 15, 17, 27]);

/**
 * Reads the data of an account that a token program owns. The first 165 bytes are one layout for both
 * programs (`spl_token::state::Account`): mint, owner, amount (u64, little-endian), optional delegate,
 * state, optional native reserve, delegated amount, optional close authority. Token-2022 continues with
 * the kind of account, and extensions. A frozen account holds what it holds: nobody can move it, and it
 * still exists.
 */
export function parseSolanaTokenAccount(
  data: Uint8Array,
  program: TokenProgram,
): SolanaTokenAccount {
  const isExtended =
    program === 'token-2022' &&
    data.length > kindOffset &&
    data.length !== multisigBytes &&
    data[kindOffset] === accountKind;
  if (data.length !== accountBytes && !isExtended) return { kind: 'other' };
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const state = view.getUint8(108);
  if (state === 0) return { kind: 'empty' };
  if (state > 2 || optionOffsets.some((at) => view.getUint32(at, true) > 1)) {
    return { kind: 'other' };
  }
  const keys = {
    mint: encodeBase58(data.subarray(0, 32)),
    owner: encodeBase58(data.subarray(32, 64)),
  };
  const what = findObstacle(data.subarray(kindOffset + 1));
  return what === undefined
    ? { kind: 'holding', ...keys, amount: view.getBigUint64(64, true) }
    : { kind: 'opaque', ...keys, what };
}

/** Looks through extensions: type and length, 16 bits each and little-endian, then as many bytes. */
function findObstacle(extensions: Uint8Array): string | undefined {
  const view = new DataView(extensions.buffer, extensions.byteOffset, extensions.byteLength);
  for (let at = 0; at + 2 <= extensions.length; ) {
    const type = view.getUint16(at, true);
    if (type === 0) return undefined;
    const end = at + 4 <= extensions.length ? at + 4 + view.getUint16(at + 2, true) : Infinity;
    if (end > extensions.length) return 'is a token account with broken extensions';
    if (type === confidentialTransferAccount) return 'can hold tokens in secret';
    if (!harmless.has(type)) return `has an extension that assay does not know (type ${type})`;
    at = end;
  }
  return undefined;
}
