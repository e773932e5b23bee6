import { encodeFunctionData, type Hex, keccak256, multicall3Abi } from 'viem';
import type { StateCall } from './stateCall.ts';

/** Where Multicall3 (https://github.com/mds1/multicall3) lies on the chains that have it. */
export const multicall3Address = '0xcA11bde05977b3631167028862bE2a173976CA11';

/** Keccak-256 of its runtime code, 3808 bytes, the same on every chain. */
const runtimeCodeHash = '0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891';

/** A call of a contract, by its own address. */
export type ContractCall = Extract<StateCall, { method: 'eth_call' }>;

/** What a contract returned, or that the call failed, for whatever reason. */
export interface AggregatedResult {
  readonly success: boolean;
  readonly returnData: Hex;
}

/** Whether code is Multicall3's, to the byte: another contract there could return what it likes. */
export function isMulticall3(code: Hex): boolean {
  return code.length === 2 + 2 * 3808 && keccak256(code) === runtimeCodeHash;
}

/** The one call that makes all of them, `aggregate3`, in which each may fail on its own. */
export function encodeAggregate3(calls: readonly ContractCall[]): ContractCall {
  const data = encodeFunctionData({
    abi: multicall3Abi,
    functionName: 'aggregate3',
    args: [
      calls.map(({ to, data }) => ({
        target: `0x${to.slice(2).toLowerCase()}` as const,
        allowFailure: true,
        callData: data,
      })),
    ],
  });
  return { method: 'eth_call', to: multicall3Address, data };
}

/**
 * What `aggregate3` returned for so many calls, as `0x` and lower-case digits. Undefined unless it is
 * exactly that: one result per call, encoded as the contract encodes it, and nothing behind.
 *
 * Read here, one word after the other, since a general decoder follows every offset: results that all
 * point to the same megabytes would fill the memory.
 */
export function decodeAggregate3(
  data: Hex,
  count: number,
): readonly AggregatedResult[] | undefined {
  const digits = data.slice(2);
  const results: AggregatedResult[] = [];
  // In the list behind its offset and length: the offset of each result, then the results.
  let end = (2 + count) * wordDigits;
  if (!hasWord(digits, 0, 32) || !hasWord(digits, wordDigits, count)) return undefined;
  for (let index = 0; index < count; index++) {
    const offset = (end - 2 * wordDigits) / 2;
    if (!hasWord(digits, (2 + index) * wordDigits, offset)) return undefined;
    const success = hasWord(digits, end, 1);
    if (!success && !hasWord(digits, end, 0)) return undefined;
    if (!hasWord(digits, end + wordDigits, 2 * 32)) return undefined;
    const start = end + 3 * wordDigits;
    const length = 2 * Number(`0x${digits.slice(start - wordDigits, start) || 0}`);
    if (start + length > digits.length) return undefined;
    end = start + Math.ceil(length / wordDigits) * wordDigits;
    if (/[^0]/.test(digits.slice(start + length, end))) return undefined;
    results.push({ success, returnData: `0x${digits.slice(start, start + length)}` });
  }
  return digits.length === end ? results : undefined;
}

/** Of a word of 32 bytes. */
const wordDigits = 64;

function hasWord(digits: string, at: number, value: number): boolean {
  return digits.slice(at, at + wordDigits) === value.toString(16).padStart(wordDigits, '0');
}
