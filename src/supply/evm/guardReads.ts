import type { AssayError } from '../../core/assayError.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceError } from '../../core/sourceErrors.ts';
import type { RpcAnswer } from './matchAnswers.ts';

/**
 * Every method that assay calls, and which of its parameters names the block whose state it reads, in the
 * form of EIP-1898; null for those that read none: of blocks and logs each answer names its own block, and
 * what `eth_getProof` gives counts only if it verifies against the header.
 */
const stateParameters = {
  eth_chainId: null,
  eth_getBlockByHash: null,
  eth_getBlockByNumber: null,
  eth_getLogs: null,
  eth_getProof: null,
  eth_call: 1,
  eth_createAccessList: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getStorageAt: 2,
} as const satisfies Readonly<Record<string, number | null>>;

/** A method that assay calls: one that is not in the table above cannot be. */
export type EvmMethod = keyof typeof stateParameters;

/** One JSON-RPC call. */
export interface RpcCall {
  readonly method: EvmMethod;
  readonly params: readonly unknown[];
}

/** Makes calls and gives the answers in their order. */
export type SendCalls = (
  calls: readonly RpcCall[],
  signal?: AbortSignal,
) => Promise<readonly RpcAnswer[]>;

/** The keccak256 of "assay asks for a block that does not exist": no header has this hash. */
export const unknownBlockHash =
  '0x1812ea665cc6647431236d5e887f7227c4f19d18cc00648a16474591f743f86f';

/** The methods that read state, each by the block that it is asked about. */
export const stateMethods: readonly EvmMethod[] =
  Object.keys(stateParameters).filter(isStateMethod);

/**
 * Calls of one node that each method has been put to the test for, before anything that it says of state
 * counts: a question that the node answers is asked once more about a block that does not exist, and must
 * end in an error there. A node, or the proxy before it, may heed the block for one method and answer
 * another for its newest: its figures would be reported under the name of another block. EIP-1898 wants an
 * error, and any will do: one that cannot read the parameter says the same of the real question, and a
 * question that fails itself tests nothing, so that its method is tested by the next.
 *
 * The test goes with the first request of its method, once for each node.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID; whatever `send` throws
 */
export function guardReads(source: SourceRef, send: SendCalls): SendCalls {
  const tested = new Set<EvmMethod>();
  const isOpen = ({ method }: RpcCall) => isStateMethod(method) && !tested.has(method);

  function judge({ method }: RpcCall, atUnknown: RpcAnswer | undefined, isAnswered: boolean): void {
    if (!atUnknown || 'result' in atUnknown) throw blockIgnored(source, method);
    if (isAnswered) tested.add(method);
  }

  return async (calls, signal) => {
    const twins = onePerMethod(calls.filter(isOpen));
    const all = await send([...calls, ...twins.map(atUnknownBlock)], signal);
    const answers = all.slice(0, calls.length);
    const isAnswered = (call: RpcCall) => {
      const answer = answers[calls.indexOf(call)];
      return answer !== undefined && 'result' in answer;
    };
    for (const [index, twin] of twins.entries())
      judge(twin, all[calls.length + index], isAnswered(twin));
    const rest = onePerMethod(calls.filter((call) => isOpen(call) && isAnswered(call)));
    if (rest.length === 0) return answers;
    const again = await send(rest.map(atUnknownBlock), signal);
    for (const [index, twin] of rest.entries()) judge(twin, again[index], true);
    return answers;
  };
}

function isStateMethod(method: string): method is EvmMethod {
  return Object.entries(stateParameters).some(([name, at]) => name === method && at !== null);
}

/** The shortest call of each method. */
function onePerMethod(calls: readonly RpcCall[]): readonly RpcCall[] {
  const length = ({ params }: RpcCall) => JSON.stringify(params).length;
  return [...Map.groupBy(calls, ({ method }) => method).values()].map((own) =>
    own.reduce((best, one) => (length(one) < length(best) ? one : best)),
  );
}

/** The same question about a block that does not exist. */
function atUnknownBlock({ method, params }: RpcCall): RpcCall {
  return {
    method,
    params: params.map((one, index) =>
      index === stateParameters[method] && typeof one === 'object'
        ? { ...one, blockHash: unknownBlockHash }
        : one,
    ),
  };
}

function blockIgnored(source: SourceRef, method: EvmMethod): AssayError {
  return sourceError(
    'SOURCE_RESPONSE_INVALID',
    source,
    `answers ${method} for a block that does not exist: it does not read state by block hash`,
    { fix: 'Use a node that supports EIP-1898.' },
  );
}
