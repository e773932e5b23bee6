import { sha3_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { type TokenId, tokenIdParts } from '../../core/caip.ts';
import { tokenIdRefused } from '../errors.ts';
import { decodeReference } from '../evm/decodeReference.ts';
import type { TokenToRead } from '../supplySource.ts';

/** A call of `POST /v1/view`. */
export interface AptosView {
  readonly function: string;
  readonly type_arguments: readonly string[];
  readonly arguments: readonly string[];
}

/**
 * The view functions that say what a token is. The supply of a fungible asset is what its own
 * `derived_supply` says where it has registered one (AIP-73): what the framework keeps is then not what
 * there is. Of an asset without one, the same view gives what the framework keeps.
 *
 * @see https://github.com/aptos-labs/aptos-core/blob/main/aptos-move/framework/aptos-framework/sources/dispatchable_fungible_asset.move
 */
export interface AptosViews {
  readonly supply: AptosView;
  readonly decimals: AptosView;
  readonly symbol: AptosView;
}

const dispatchable = '0x1::dispatchable_fungible_asset';
const metadataType = '0x1::fungible_asset::Metadata';
const storeType = '0x1::fungible_asset::FungibleStore';

/** `OBJECT_DERIVED_SCHEME` of object.move: an address that follows from two others. */
const userDerived = 0xfc;

const objectPattern = /^0x[0-9a-f]{64}$/;
/** AIP-40: only the special addresses 0x0 to 0xf are written short. */
const coinPattern = /^0x(?:[0-9a-f]|[0-9a-f]{64})(?:::[A-Za-z]\w{0,127}){2}$/;

/**
 * How a token of Aptos is asked for: a fungible asset (`fungible:` and the address of its metadata
 * object) or a coin of the older standard (`coin:` and its type, percent-encoded). A coin's supply
 * includes that of the fungible asset paired with it.
 *
 * @throws AssayError TOKEN_ID_INVALID for anything else, also for another spelling of an address
 */
export function viewsForToken({ token }: Pick<TokenToRead, 'token'>): AptosViews {
  const { kind, name } = nameOf(token);
  if (kind === 'coin') return viewsOf('0x1::coin', [name], []);
  return {
    ...viewsOf('0x1::fungible_asset', [metadataType], [name]),
    supply: viewOf(`${dispatchable}::derived_supply`, [metadataType], [name]),
  };
}

/**
 * The view functions that say what a holder has of a token: of a fungible asset what its own
 * `derived_balance` says, where it has registered one, as `primary_fungible_store::balance` does by itself.
 */
export interface AptosHoldingViews {
  /** What an account has: in its primary store, or of the coin, paired asset included. */
  readonly balance: AptosView;
  /** Whether the holder is no account but a store itself. */
  readonly isStore: AptosView;
  /** Of a fungible asset: which asset the store is of, and what lies there. */
  readonly store: {
    readonly asset: string;
    readonly ofAsset: AptosView;
    readonly balance: AptosView;
  } | null;
  /** Of a coin: whether there is such a coin. */
  readonly isCoin: AptosView | null;
}

/**
 * How it is asked what a holder has of a token.
 *
 * @param holder an address with all 64 hex digits
 * @throws AssayError TOKEN_ID_INVALID as `viewsForToken` does
 */
export function viewsForHolding(token: TokenId, holder: string): AptosHoldingViews {
  const { kind, name } = nameOf(token);
  const isStore = viewOf('0x1::fungible_asset::store_exists', [], [holder]);
  if (kind === 'coin') {
    const isCoin = viewOf('0x1::coin::is_coin_initialized', [name], []);
    return {
      balance: viewOf('0x1::coin::balance', [name], [holder]),
      isStore,
      store: null,
      isCoin,
    };
  }
  const balance = '0x1::primary_fungible_store::balance';
  return {
    balance: viewOf(balance, [metadataType], [holder, name]),
    isStore,
    store: {
      asset: name,
      ofAsset: viewOf('0x1::fungible_asset::store_metadata', [storeType], [holder]),
      balance: viewOf(`${dispatchable}::derived_balance`, [storeType], [holder]),
    },
    isCoin: null,
  };
}

/**
 * Where the account keeps a fungible asset, unless it was put into a store made for it
 * (`object::create_user_derived_object_address` of aptos-framework): the same for any asset and account,
 * whether there is a store yet or not.
 *
 * @param owner an address with all 64 hex digits
 * @param asset the metadata object, in the same writing
 */
export function primaryStoreOf(owner: string, asset: string): string {
  const derived = concatBytes(bytesOf(owner), bytesOf(asset), Uint8Array.of(userDerived));
  return `0x${bytesToHex(sha3_256(derived))}`;
}

function bytesOf(address: string): Uint8Array {
  return hexToBytes(address.slice(2));
}

/** @throws AssayError TOKEN_ID_INVALID */
function nameOf(token: TokenId): { readonly kind: 'fungible' | 'coin'; readonly name: string } {
  const { standard, reference } = tokenIdParts(token);
  const name = decodeReference(reference);
  if (standard === 'fungible' && name !== undefined && objectPattern.test(name)) {
    return { kind: 'fungible', name };
  }
  if (standard === 'coin' && name !== undefined && coinPattern.test(name)) {
    return { kind: 'coin', name };
  }
  throw tokenIdRefused(
    token,
    'is no token that Aptos could have',
    'Write fungible: and 0x with all 64 hex digits in lower case, or coin: and the type.',
  );
}

function viewsOf(module: string, types: readonly string[], values: readonly string[]): AptosViews {
  const view = (name: string) => viewOf(`${module}::${name}`, types, values);
  return { supply: view('supply'), decimals: view('decimals'), symbol: view('symbol') };
}

function viewOf(name: string, types: readonly string[], values: readonly string[]): AptosView {
  return { function: name, type_arguments: types, arguments: values };
}
