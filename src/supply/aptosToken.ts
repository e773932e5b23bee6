import { tokenIdParts } from '../core/caip.ts';
import { decodeReference } from './decodeReference.ts';
import { tokenIdRefused } from './errors.ts';
import type { TokenToRead } from './supplySource.ts';

/** A call of `POST /v1/view`. */
export interface AptosView {
  readonly function: string;
  readonly type_arguments: readonly string[];
  readonly arguments: readonly string[];
}

/** The view functions that say what a token is. */
export interface AptosViews {
  readonly supply: AptosView;
  readonly decimals: AptosView;
  readonly symbol: AptosView;
}

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
export function viewsForToken({ token }: TokenToRead): AptosViews {
  const { standard, reference } = tokenIdParts(token);
  const name = decodeReference(reference);
  if (standard === 'fungible' && name !== undefined && objectPattern.test(name)) {
    const metadata = ['0x1::fungible_asset::Metadata'];
    return viewsOf('0x1::fungible_asset', metadata, [name]);
  }
  if (standard === 'coin' && name !== undefined && coinPattern.test(name)) {
    return viewsOf('0x1::coin', [name], []);
  }
  throw tokenIdRefused(
    token,
    'is no token that Aptos could have',
    'Write fungible: and 0x with all 64 hex digits in lower case, or coin: and the type.',
  );
}

function viewsOf(module: string, types: readonly string[], values: readonly string[]): AptosViews {
  const view = (name: string): AptosView => ({
    function: `${module}::${name}`,
    type_arguments: types,
    arguments: values,
  });
  return { supply: view('supply'), decimals: view('decimals'), symbol: view('symbol') };
}
