import { decodeFunctionData, encodeFunctionResult, type Hex, multicall3Abi } from 'viem';
import { z } from 'zod';
import type { RpcCall } from '../../src/supply/evm/guardReads.ts';
import { HexData } from '../../src/supply/evm/hexData.ts';
import type { RpcAnswer } from '../../src/supply/evm/matchAnswers.ts';
import { multicall3Address } from '../../src/supply/evm/multicall3.ts';
import { multicall3Code } from './multicall3.ts';

/** What a contract does when it is called: it returns that, or it fails. */
export type Behaviour = Hex | 'reverts';

/** A node whose contracts behave as a test says, and which counts what it is asked. */
export interface ContractNode {
  /** By lower-case address and data; an address that is not there has no code. */
  readonly contracts: Map<string, ReadonlyMap<string, Behaviour>>;
  /** Those that let no contract call them, as feeds with access control, by lower-case address. */
  readonly guarded: Set<string>;
  /** The code at Multicall3's address. */
  multicallCode: Hex;
  /** Changes the answer to a call of `aggregate3`. */
  rewriteAggregate: (data: Hex) => RpcAnswer;
  /** Whether contracts behave otherwise behind one that was called before. */
  behindOf: ReadonlyMap<string, ReadonlyMap<string, Behaviour>>;
  /** The methods of each request. */
  readonly requests: string[][];
  send(calls: readonly RpcCall[]): Promise<readonly RpcAnswer[]>;
}

const AtBlock = z.object({ blockHash: z.string(), requireCanonical: z.literal(true) });
const CallParams = z.tuple([z.object({ to: z.string(), data: HexData }), AtBlock]);
const AddressParams = z.tuple([z.string(), AtBlock]);

/** The revert of a contract, as nodes put it. */
export const revertFault = { fault: { code: 3, message: 'execution reverted: 0x' } };

/** A node with Multicall3 and no other contract yet. */
export function createContractNode(): ContractNode {
  const node: ContractNode = {
    contracts: new Map(),
    guarded: new Set(),
    multicallCode: multicall3Code(),
    rewriteAggregate: (result) => ({ result }),
    behindOf: new Map(),
    requests: [],
    async send(calls) {
      node.requests.push(calls.map(({ method }) => method));
      return calls.map(answer);
    },
  };
  return node;

  function answer({ method, params }: RpcCall): RpcAnswer {
    if (method === 'eth_call') {
      const [{ to, data }] = CallParams.parse(params);
      if (to === multicall3Address) return aggregate(data);
      const given = behave(to, data, []);
      return given === 'reverts' ? revertFault : { result: given };
    }
    const [address] = AddressParams.parse(params);
    if (address === multicall3Address) return { result: node.multicallCode };
    return { result: node.contracts.has(address.toLowerCase()) ? '0x6000' : '0x' };
  }

  function aggregate(data: Hex): RpcAnswer {
    // A call of an address without code succeeds with nothing.
    if (node.multicallCode === '0x') return { result: '0x' };
    const { functionName, args } = decodeFunctionData({ abi: multicall3Abi, data });
    if (functionName !== 'aggregate3') throw new Error(`${functionName} is not expected`);
    const called: string[] = [];
    const result = args[0].map(({ target, callData, allowFailure }) => {
      if (!allowFailure) throw new Error('a call must be allowed to fail');
      const refuses = node.guarded.has(target.toLowerCase());
      const given = refuses ? 'reverts' : behave(target, callData, called);
      called.push(target.toLowerCase());
      return given === 'reverts'
        ? { success: false, returnData: '0x08c379a0' as const }
        : { success: true, returnData: given };
    });
    return node.rewriteAggregate(
      encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result }),
    );
  }

  function behave(to: string, data: Hex, called: readonly string[]): Behaviour {
    const behind = called.map((one) => node.behindOf.get(one)?.get(to.toLowerCase()));
    const changed = behind.find((one) => one !== undefined);
    return changed ?? node.contracts.get(to.toLowerCase())?.get(data) ?? '0x';
  }
}
