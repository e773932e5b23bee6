import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import type { RpcCall } from './guardReads.ts';
import { HexData } from './hexData.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import {
  type AggregatedResult,
  type ContractCall,
  decodeAggregate3,
  encodeAggregate3,
  isMulticall3,
  multicall3Address,
} from './multicall3.ts';
import { encodeStateCall, type StateCall } from './stateCall.ts';

/** Answers questions about the state after a block. */
export interface StateReader {
  /**
   * The answers to the calls, in their order: the same as if each had been asked alone.
   *
   * @param send makes the calls, in their order, of a block that is in the best chain
   * @throws AssayError SOURCE_RESPONSE_INVALID for an answer that Multicall3 cannot have given
   */
  read(
    calls: readonly StateCall[],
    point: ChainPoint,
    send: (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]>,
  ): Promise<readonly RpcAnswer[]>;
}

/** As many as fit well into the gas that servers allow for one call. */
const callsPerAggregate = 100;

/** What Multicall3 says of one call; undefined where the call is to be made alone. */
type Inner = Extract<RpcAnswer, { result: unknown }> | undefined;

/**
 * Reads many contracts with a few calls where Multicall3 is deployed at that block, and each alone where
 * it is not, which it remembers. Whether it is comes with the same request as its answer.
 *
 * `aggregate3` makes calls that may write, not static ones, one after the other: a contract that writes
 * when it is asked for its supply (which burns another's tokens that it holds, say) changes what those
 * behind it answer, and one that wastes gas lets them fail, without a trace in the chain. So they are
 * asked in two such calls, in opposite orders, and all questions to one contract in a row: each contract
 * is once ahead of every other one. Unless both orders give the same, and wherever a call failed, the
 * contracts are asked alone. This does not protect a contract between two that are in league; nor from
 * one that answers Multicall3 otherwise than it answers others, which could as well lie to everybody.
 */
export function createStateReader(source: SourceRef): StateReader {
  let absentUpTo = -1;

  /** What Multicall3 said, by call, and the answers to the others, all by one request. */
  async function readAggregated(
    groups: readonly (readonly ContractCall[])[],
    others: readonly StateCall[],
    point: ChainPoint,
    send: (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]>,
  ): Promise<{ readonly inner: readonly Inner[]; readonly answers: readonly RpcAnswer[] }> {
    const head: readonly StateCall[] = [
      { method: 'eth_getCode', address: multicall3Address },
      ...groups.flatMap((group) => [group, group.toReversed()]).map(encodeAggregate3),
    ];
    const all = await send([...head, ...others].map((call) => encodeStateCall(call, point)));
    const [code, ...aggregates] = all.slice(0, head.length);
    const answers = all.slice(head.length);
    const known = code && 'result' in code ? isMulticall3(dataOf(code.result)) : undefined;
    if (known === false) absentUpTo = Math.max(absentUpTo, point.height);
    if (!known || aggregates.some((answer) => 'fault' in answer)) return { inner: [], answers };
    const inner = groups.flatMap((group, index) => {
      const [forward, backward] = aggregates.slice(2 * index, 2 * index + 2);
      return agree(decode(forward, group.length), decode(backward, group.length).toReversed());
    });
    return { inner, answers };
  }

  function decode(answer: RpcAnswer | undefined, count: number): readonly AggregatedResult[] {
    const data = dataOf(answer && 'result' in answer ? answer.result : undefined);
    const results = decodeAggregate3(data, count);
    if (!results) {
      throw sourceResponseInvalid(source, 'answered a call of Multicall3 with no such answer');
    }
    return results;
  }

  function dataOf(result: unknown): `0x${string}` {
    const { data } = HexData.safeParse(result);
    if (data === undefined) {
      throw sourceResponseInvalid(source, 'answered a call with what is no hex data');
    }
    return data;
  }

  return {
    async read(calls, point, send) {
      const plain = calls.map((call) => encodeStateCall(call, point));
      const contractCalls = inARow(calls.filter((call) => call.method === 'eth_call'));
      const groups = groupCalls(contractCalls);
      if (point.height <= absentUpTo || !saves(groups, contractCalls.length)) return send(plain);
      const others = calls.filter((call) => call.method !== 'eth_call');
      const { inner, answers } = await readAggregated(groups, others, point, send);
      const byCall = new Map<StateCall, RpcAnswer | undefined>([
        ...contractCalls.map((call, index) => [call, inner[index]] as const),
        ...others.map((call, index) => [call, answers[index]] as const),
      ]);
      const missing = calls.flatMap((call, index) => (byCall.get(call) ? [] : [index]));
      const again =
        missing.length === 0 ? [] : await send(missing.flatMap((at) => plain[at] ?? []));
      const alone = new Map(missing.map((at, index) => [at, again[index]]));
      return calls.map((call, index) => {
        const answer = byCall.get(call) ?? alone.get(index);
        if (!answer) throw sourceResponseInvalid(source, 'left a call without an answer');
        return answer;
      });
    },
  };
}

/** Results that are the same in both orders; none of them counts if one is not. */
function agree(
  forward: readonly AggregatedResult[],
  backward: readonly AggregatedResult[],
): readonly Inner[] {
  const same = forward.every(
    ({ success, returnData }, index) =>
      success === backward[index]?.success && returnData === backward[index]?.returnData,
  );
  return forward.map(({ success, returnData }) =>
    same && success ? { result: returnData } : undefined,
  );
}

/** With the calls of one contract one after the other: no other one is between two of them. */
function inARow(calls: readonly ContractCall[]): readonly ContractCall[] {
  return [...Map.groupBy(calls, ({ to }) => to.toLowerCase()).values()].flat();
}

function groupCalls(calls: readonly ContractCall[]): readonly (readonly ContractCall[])[] {
  const groups: ContractCall[][] = [];
  for (let at = 0; at < calls.length; at += callsPerAggregate) {
    groups.push(calls.slice(at, at + callsPerAggregate));
  }
  return groups;
}

/** Whether it takes half as many calls or fewer: a chain without Multicall3 costs a second request. */
function saves(groups: readonly (readonly ContractCall[])[], calls: number): boolean {
  return calls > 0 && 2 * (1 + 2 * groups.length) <= calls;
}
