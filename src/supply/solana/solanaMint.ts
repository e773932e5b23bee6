import { findObstacle } from './mintExtensions.ts';

/** The programs whose mints are tokens, by their accounts. */
export const tokenPrograms = {
  token: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'token-2022': 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
} as const;

export type TokenProgram = keyof typeof tokenPrograms;

/**
 * What the data of an account says: the figures of a mint; or that it is none; or that it is one whose
 * supply is not what holders have. `what` completes "the token …".
 */
export type SolanaMint =
  | { readonly kind: 'mint'; readonly supply: bigint; readonly decimals: number }
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'opaque'; readonly what: string };

const mintBytes = 82;
const accountBytes = 165;
const multisigBytes = 355;
/** Where Token-2022 says what kind of account it is, behind the length of the longest kind. */
const kindOffset = accountBytes;

/**
 * Reads the data of an account that a token program owns. The first 82 bytes are one layout for both
 * programs (`spl_token::state::Mint`): an optional authority, the supply (u64, little-endian), the
 * decimals, whether it is initialised, another optional authority. Token-2022 continues with zeros up
 * to byte 165, the kind of account, and extensions.
 */
export function parseSolanaMint(data: Uint8Array, program: TokenProgram): SolanaMint {
  if (data.length === multisigBytes) return other('is a multisignature account, not a mint');
  if (data.length === accountBytes) return other('is a token account, not a mint');
  if (data.length !== mintBytes) {
    if (program === 'token' || data.length <= kindOffset) {
      return other(`is an account of ${data.length} bytes, which is no mint`);
    }
    const kind = data[kindOffset];
    if (kind === 2) return other('is a token account, not a mint');
    const padding = data.subarray(mintBytes, kindOffset);
    if (kind !== 1 || padding.some((byte) => byte !== 0)) return other('is no mint');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [mintAuthority, freezeAuthority] = [view.getUint32(0, true), view.getUint32(46, true)];
  const initialised = view.getUint8(45);
  if (mintAuthority > 1 || freezeAuthority > 1 || initialised > 1) return other('is no mint');
  if (initialised === 0) return other('is a mint that was never initialised');
  const obstacle = findObstacle(data.subarray(kindOffset + 1));
  if (obstacle !== undefined) return obstacle;
  return { kind: 'mint', supply: view.getBigUint64(36, true), decimals: view.getUint8(44) };
}

function other(what: string): SolanaMint {
  return { kind: 'other', what };
}
