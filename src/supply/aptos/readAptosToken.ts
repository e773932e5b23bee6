import { AssayError } from '../../core/assayError.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import {
  stateMissing,
  tokenDecimalsMismatch,
  tokenMissing,
  tokenReverted,
  tokenSupplyUnknown,
  tokenSymbolMismatch,
} from '../errors.ts';
import type { JsonAnswer } from '../jsonClient.ts';
import type { TokenReading, TokenToRead } from '../supplySource.ts';
import { unsignedText } from '../unsignedText.ts';
import { AptosFault, DecimalsView, SupplyView, SymbolView } from './aptosAnswers.ts';
import { type AptosView, viewsForToken } from './aptosToken.ts';

/** The node's state at the last ledger version of a block. */
export interface AptosState {
  readonly source: SourceRef;
  readonly point: ChainPoint;
  readonly version: bigint;
  /** Calls a view function at that version. */
  readonly view: (call: AptosView) => Promise<JsonAnswer>;
  /** The oldest version that the node has kept. */
  readonly readOldest: () => Promise<bigint>;
}

const U64 = unsignedText(64);

const notThere: ReadonlySet<string | undefined> = new Set([
  'account_not_found',
  'module_not_found',
  'resource_not_found',
  'state_value_not_found',
  'struct_field_not_found',
]);

/**
 * The supply of one token, once its decimals and symbol are those of the registry. What is wrong with
 * the token is part of the reading; what is wrong with the server is thrown.
 *
 * @throws AssayError SUPPLY_STATE_UNAVAILABLE, SOURCE_*
 */
export async function readAptosToken(
  toRead: TokenToRead,
  state: AptosState,
): Promise<TokenReading> {
  const { token } = toRead;
  const { source } = state;
  try {
    const views = viewsForToken(toRead);
    const [supply, decimals, symbol] = await Promise.all([
      callView(views.supply, toRead, state),
      callView(views.decimals, toRead, state),
      callView(views.symbol, toRead, state),
    ]);
    const { supply: amount } = parseAnswer(SupplyView, supply, source, views.supply.function);
    const [places] = parseAnswer(DecimalsView, decimals, source, views.decimals.function);
    const [name] = parseAnswer(SymbolView, symbol, source, views.symbol.function);
    if (places !== toRead.decimals) {
      throw tokenDecimalsMismatch(source, token, toRead.decimals, BigInt(places));
    }
    if (name !== toRead.symbol) throw tokenSymbolMismatch(source, token, toRead.symbol, name);
    if (amount === undefined) throw tokenSupplyUnknown(source, token, 'keeps no supply (None)');
    return { token, amount };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('TOKEN_')) {
      return { token, error: thrown };
    }
    throw thrown;
  }
}

/**
 * What a view function returned.
 *
 * @throws AssayError TOKEN_*, SUPPLY_STATE_UNAVAILABLE, SOURCE_*
 */
export async function callView(
  call: AptosView,
  toRead: Pick<TokenToRead, 'token'>,
  state: AptosState,
): Promise<unknown> {
  const answer = await state.view(call);
  if (answer.status >= 400) throw await judgeRefusal(answer, call, toRead, state);
  const reached = U64.safeParse(answer.header('x-aptos-ledger-version'));
  if (reached.success && reached.data < state.version) {
    const what = 'answers for a ledger version that it has not reached';
    throw sourceResponseInvalid(state.source, what);
  }
  return answer.value;
}

async function judgeRefusal(
  { status, header, value }: JsonAnswer,
  call: AptosView,
  { token }: Pick<TokenToRead, 'token'>,
  { source, point, version, readOldest }: AptosState,
): Promise<AssayError> {
  const fault = AptosFault.safeParse(value).data?.error_code;
  if (status === 410) {
    const named = U64.safeParse(header('x-aptos-ledger-oldest-version')).data;
    const oldest = named ?? (await readOldest());
    return stateMissing(source, point, `version ${version} is gone, the oldest is ${oldest}`);
  }
  if (fault === 'version_not_found') {
    return stateMissing(source, point, `version ${version} has not been reached`);
  }
  if (notThere.has(fault)) {
    return tokenMissing(source, token, `is not on the chain at block ${point.height}`);
  }
  // The same for an object that does not exist and for one that is no fungible asset.
  if (fault === 'invalid_input' || fault === 'vm_error') {
    return tokenReverted(source, token, `refuses ${call.function}, or does not exist`);
  }
  return sourceResponseInvalid(source, `answered ${call.function} with HTTP ${status}`);
}
