import { type Hex, hexToBigInt, isAddress, size } from 'viem';
import type { AssayError } from '../../core/assayError.ts';
import { type TokenId, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid, sourceRpcError } from '../../core/sourceErrors.ts';
import {
  stateUnavailable,
  supplyRequestInvalid,
  tokenHasNoCode,
  tokenReverted,
} from '../errors.ts';
import { holdingInvalid, nativeUnitUnsupported } from '../holdingErrors.ts';
import type { HoldingReading, HoldingToRead } from '../holdingReader.ts';
import { HexData } from './hexData.ts';
import { HexQuantity } from './hexQuantity.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { isNativeUnit } from './nativeUnits.ts';
import { classifyRpcFault, type RpcFault } from './rpcFault.ts';
import type { StateCall } from './stateCall.ts';

/** Function selector of ERC-20's `balanceOf(address)`. */
const balanceOf = '0x70a08231';

/**
 * How much of a token its holders have at a block. Of an ERC-20 it is `balanceOf`, and once per token
 * whether there is code, since a call to an address without any succeeds with nothing; of the chain's
 * own unit it is `eth_getBalance`. What is wrong with a holding or its token is part of the answer; what
 * is wrong with the server is thrown.
 *
 * @param send makes the calls, in their order, of a block that is in the best chain before and after
 * @throws AssayError SOURCE_*, SUPPLY_REORGANISED, SUPPLY_STATE_UNAVAILABLE
 */
export async function readHoldings(
  holdings: readonly HoldingToRead[],
  point: ChainPoint,
  source: SourceRef,
  send: (calls: readonly StateCall[]) => Promise<readonly RpcAnswer[]>,
): Promise<readonly HoldingReading[]> {
  const asked = holdings.map((holding) => ({ holding, refusal: refuse(holding, point, source) }));
  const readable = asked.filter(({ refusal }) => !refusal).map(({ holding }) => holding);
  const tokens = [
    ...new Set(readable.filter(({ token }) => !isNativeUnit(token)).map(({ token }) => token)),
  ];
  const calls: readonly StateCall[] = [
    ...tokens.map((token) => ({ method: 'eth_getCode', address: contractOf(token) }) as const),
    ...readable.map(callForHolding),
  ];
  const answers = calls.length === 0 ? [] : await send(calls);
  const codes = new Map(tokens.map((token, index) => [token, answers[index]]));
  const balances = new Map(
    readable.map((holding, index) => [holding, answers[tokens.length + index]]),
  );
  return asked.map(({ holding, refusal }) => {
    const { token, holder } = holding;
    if (refusal) return { token, holder, error: refusal };
    const [code, balance] = [codes.get(token), balances.get(holding)];
    if (balance && isNativeUnit(token)) return readBalance(holding, point, balance, source);
    if (!code || !balance) throw supplyRequestInvalid(`has no answers for ${token}`);
    return readHolding(holding, point, { code, balance }, source);
  });
}

function callForHolding({ token, holder }: HoldingToRead): StateCall {
  if (isNativeUnit(token)) return { method: 'eth_getBalance', address: holder };
  return { method: 'eth_call', to: contractOf(token), data: encodeBalanceOf(holder) };
}

/** What a holder has of the unit that the chain itself counts in. */
function readBalance(
  { token, holder }: HoldingToRead,
  point: ChainPoint,
  answer: RpcAnswer,
  source: SourceRef,
): HoldingReading {
  if ('fault' in answer) throw serverFault('eth_getBalance', answer.fault, point, source);
  const { data } = HexQuantity.safeParse(answer.result);
  if (data === undefined) {
    throw sourceResponseInvalid(source, 'answered eth_getBalance with what is no amount');
  }
  return { token, holder, amount: data };
}

function readHolding(
  { token, holder }: HoldingToRead,
  point: ChainPoint,
  answers: { readonly code: RpcAnswer; readonly balance: RpcAnswer },
  source: SourceRef,
): HoldingReading {
  const { code, balance } = answers;
  if ('fault' in code) throw serverFault('eth_getCode', code.fault, point, source);
  if (size(dataOf(code.result, source)) === 0) {
    return { token, holder, error: tokenHasNoCode(source, token, point) };
  }
  if ('fault' in balance) {
    if (classifyRpcFault(balance.fault) !== 'reverted') {
      throw serverFault('eth_call', balance.fault, point, source);
    }
    return refused(`reverts when balanceOf(${holder}) is called`);
  }
  const data = dataOf(balance.result, source);
  if (size(data) === 0) return refused('has no function balanceOf()');
  if (size(data) !== 32) {
    return refused(`answers balanceOf(${holder}) with ${size(data)} bytes, not 32`);
  }
  return { token, holder, amount: hexToBigInt(data) };

  function refused(what: string): HoldingReading {
    return { token, holder, error: tokenReverted(source, token, what) };
  }
}

function serverFault(
  method: string,
  fault: RpcFault,
  point: ChainPoint,
  source: SourceRef,
): AssayError {
  return classifyRpcFault(fault) === 'unavailable'
    ? stateUnavailable(source, point, fault.code)
    : sourceRpcError(source, method, fault.code);
}

/** Why a holding is not one to ask the node for; undefined if it is. */
function refuse(
  holding: HoldingToRead,
  point: ChainPoint,
  source: SourceRef,
): AssayError | undefined {
  const { chain, standard, reference } = tokenIdParts(holding.token);
  if (chain !== point.chain) return holdingInvalid(holding, `at a block of ${point.chain}`);
  const isNative = isNativeUnit(holding.token);
  if (standard === 'slip44' && !isNative) return nativeUnitUnsupported(source, holding);
  if (!isNative && (standard !== 'erc20' || !isAddress(reference))) {
    return holdingInvalid(holding, 'which is no ERC-20 token');
  }
  // With a wrong checksum it is the balance of another account than was meant.
  if (!isAddress(holding.holder)) return holdingInvalid(holding, 'by what is no EVM address');
  return undefined;
}

function contractOf(token: TokenId): string {
  return tokenIdParts(token).reference;
}

function encodeBalanceOf(holder: string): Hex {
  return `${balanceOf}${holder.slice(2).toLowerCase().padStart(64, '0')}`;
}

function dataOf(result: unknown, source: SourceRef): `0x${string}` {
  const data = HexData.safeParse(result);
  if (!data.success) {
    throw sourceResponseInvalid(source, 'answered a call with what is no hex data');
  }
  return data.data;
}
