import { hexToBigInt, size } from 'viem';
import { AssayError } from '../../core/assayError.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import {
  tokenDecimalsMismatch,
  tokenHasNoCode,
  tokenReverted,
  tokenSymbolMismatch,
} from '../errors.ts';
import { decodeSymbol } from '../evm/decodeSymbol.ts';
import type { TokenReading, TokenToRead } from '../supplySource.ts';
import type { TronReturn } from './tronAnswers.ts';

/** The functions of TRC-20, which are those of ERC-20, that a reading takes. */
export const tronFunctions = ['totalSupply', 'decimals', 'symbol'] as const;

export type TronFunction = (typeof tronFunctions)[number];

/** What a TRC-20 contract said. What is wrong with the token is part of the reading. */
export function readTronToken(
  toRead: TokenToRead,
  returned: Readonly<Record<TronFunction, TronReturn>>,
  point: ChainPoint,
  source: SourceRef,
): TokenReading {
  const { token } = toRead;
  try {
    const amount = readUint('totalSupply');
    const places = readUint('decimals');
    if (places !== BigInt(toRead.decimals)) {
      throw tokenDecimalsMismatch(source, token, toRead.decimals, places);
    }
    const name = decodeSymbol(dataOf('symbol'));
    if (name === undefined) throw refused('answers symbol() with something that is no text');
    if (name !== toRead.symbol) throw tokenSymbolMismatch(source, token, toRead.symbol, name);
    return { token, amount };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('TOKEN_')) {
      return { token, error: thrown };
    }
    throw thrown;
  }

  function readUint(name: TronFunction): bigint {
    const data = dataOf(name);
    if (size(data) !== 32) throw refused(`answers ${name}() with ${size(data)} bytes, not 32`);
    return hexToBigInt(data);
  }

  function dataOf(name: TronFunction): `0x${string}` {
    const answer = returned[name];
    if (answer.kind === 'absent') throw tokenHasNoCode(source, token, point);
    if (answer.kind === 'reverted') throw refused(`reverts when ${name}() is called`);
    if (size(answer.data) === 0) throw refused(`has no function ${name}()`);
    return answer.data;
  }

  function refused(what: string): AssayError {
    return tokenReverted(source, token, what);
  }
}
