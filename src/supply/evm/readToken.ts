import { hexToBigInt, size } from 'viem';
import { AssayError } from '../../core/assayError.ts';
import { tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid, sourceRpcError } from '../../core/sourceErrors.ts';
import {
  stateUnavailable,
  supplyRequestInvalid,
  tokenDecimalsMismatch,
  tokenHasNoCode,
  tokenReverted,
  tokenSymbolMismatch,
} from '../errors.ts';
import type { TokenReading, TokenToRead } from '../supplySource.ts';
import { decodeSymbol } from './decodeSymbol.ts';
import { HexData } from './hexData.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { classifyRpcFault } from './rpcFault.ts';
import type { StateCall } from './stateCall.ts';

/** Function selectors of ERC-20: the first 4 bytes of the Keccak-256 of the signature. */
const selectors = {
  totalSupply: '0x18160ddd',
  decimals: '0x313ce567',
  symbol: '0x95d89b41',
} as const;

type TokenFunction = keyof typeof selectors;

/** How many calls one token takes. */
export const callsPerToken = 4;

/**
 * The calls that read one ERC-20 contract at a block: its code, totalSupply, decimals and symbol.
 *
 * @throws AssayError INTERNAL_ERROR if the token is not an ERC-20 of the block's chain
 */
export function callsForToken({ token }: TokenToRead, point: ChainPoint): readonly StateCall[] {
  const { chain, standard, reference } = tokenIdParts(token);
  if (chain !== point.chain || standard !== 'erc20' || !/^0x[0-9a-fA-F]{40}$/.test(reference)) {
    throw supplyRequestInvalid(`names ${token}, which is not an ERC-20 token of ${point.chain}`);
  }
  const call = (name: TokenFunction): StateCall => ({
    method: 'eth_call',
    to: reference,
    data: selectors[name],
  });
  return [
    { method: 'eth_getCode', address: reference },
    call('totalSupply'),
    call('decimals'),
    call('symbol'),
  ];
}

/**
 * What one contract said, from the answers to `callsForToken`. What is wrong with the token is part of
 * the reading; what is wrong with the server is thrown.
 *
 * @throws AssayError SUPPLY_STATE_UNAVAILABLE, SOURCE_RPC_ERROR, SOURCE_RESPONSE_INVALID
 */
export function readToken(
  toRead: TokenToRead,
  point: ChainPoint,
  answers: readonly RpcAnswer[],
  source: SourceRef,
): TokenReading {
  const { token } = toRead;
  const [code, totalSupply, decimals, symbol] = answers;
  if (!code || !totalSupply || !decimals || !symbol) {
    throw supplyRequestInvalid(`has no answers for ${token}`);
  }
  const fault = [code, totalSupply, decimals, symbol].flatMap((answer, index) =>
    'fault' in answer && (index === 0 || classifyRpcFault(answer.fault) !== 'reverted')
      ? [{ ...answer.fault, method: index === 0 ? 'eth_getCode' : 'eth_call' }]
      : [],
  )[0];
  if (fault) {
    throw classifyRpcFault(fault) === 'unavailable'
      ? stateUnavailable(source, point, fault.code)
      : sourceRpcError(source, fault.method, fault.code);
  }
  try {
    if (size(dataOf(code, source)) === 0) throw tokenHasNoCode(source, token, point);
    const amount = readUint('totalSupply', totalSupply);
    const places = readUint('decimals', decimals);
    if (places !== BigInt(toRead.decimals)) {
      throw tokenDecimalsMismatch(source, token, toRead.decimals, places);
    }
    const name = decodeSymbol(returned('symbol', symbol));
    if (name === undefined) throw refused('answers symbol() with something that is no text');
    if (name !== toRead.symbol) throw tokenSymbolMismatch(source, token, toRead.symbol, name);
    return { token, amount };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('TOKEN_')) {
      return { token, error: thrown };
    }
    throw thrown;
  }

  function readUint(name: TokenFunction, answer: RpcAnswer): bigint {
    const data = returned(name, answer);
    if (size(data) !== 32) throw refused(`answers ${name}() with ${size(data)} bytes, not 32`);
    return hexToBigInt(data);
  }

  function returned(name: TokenFunction, answer: RpcAnswer): `0x${string}` {
    if ('fault' in answer) throw refused(`reverts when ${name}() is called`);
    const data = dataOf(answer, source);
    if (size(data) === 0) throw refused(`has no function ${name}()`);
    return data;
  }

  function refused(what: string): AssayError {
    return tokenReverted(source, token, what);
  }
}

function dataOf(answer: RpcAnswer, source: SourceRef): `0x${string}` {
  const data = HexData.safeParse('result' in answer ? answer.result : undefined);
  if (!data.success)
    throw sourceResponseInvalid(source, 'answered a call with what is no hex data');
  return data.data;
}
