import { AssayError } from '../core/assayError.ts';
import { type ChainId, chainNamespace } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { sourceResponseInvalid, sourceRpcError, sourceWrongChain } from '../core/sourceErrors.ts';
import type { ContractId } from '../registry/parseContract.ts';
import { contractIdParts } from '../registry/parseContract.ts';
import {
  blockReorganised,
  finalityUnknown,
  rpcChainInvalid,
  stateUnavailable,
} from '../supply/errors.ts';
import { parseBlockHeader } from '../supply/evm/blockHeader.ts';
import { createEvmRpc } from '../supply/evm/evmRpc.ts';
import type { RpcCall } from '../supply/evm/guardReads.ts';
import { HexData } from '../supply/evm/hexData.ts';
import { HexQuantity } from '../supply/evm/hexQuantity.ts';
import type { RpcAnswer } from '../supply/evm/matchAnswers.ts';
import { classifyRpcFault } from '../supply/evm/rpcFault.ts';
import type { RpcOption } from '../supply/parseRpcOption.ts';
import { type ContractSite, contractMismatch } from './contractErrors.ts';

/** What one call of a contract gave: its bytes, or why there are none. */
export type CallOutcome = { readonly data: `0x${string}` } | { readonly refused: AssayError };

/** One contract of an EVM chain as of one final block. */
export interface ChainReader extends ContractSite {
  readonly signal: AbortSignal | undefined;
  /**
   * Calls the contract at the block's hash, which must be in the node's best chain (EIP-1898).
   *
   * @throws AssayError SOURCE_* of the transport; a refused call is an outcome
   */
  call(data: readonly `0x${string}`[]): Promise<readonly CallOutcome[]>;
  /** Any calls of JSON-RPC. @throws AssayError SOURCE_* of the transport */
  send(calls: readonly RpcCall[]): Promise<readonly RpcAnswer[]>;
}

export interface ChainReaderOptions {
  readonly rpc: RpcOption;
  readonly signal?: AbortSignal;
  /** For one HTTP request. */
  readonly timeoutMs: number;
  readonly finality: 'finalized' | 'safe' | 'latest';
}

/**
 * Pins the last final block, hands the contract as of it to `read`, and checks afterwards that the
 * block still is the one at its height: all that was read is of one state. Trusts the node for the
 * content of the state, and for nothing else.
 *
 * @throws AssayError SOURCE_*, CHAIN_ID_INVALID, SUPPLY_STATE_UNAVAILABLE, SUPPLY_REORGANISED,
 * DISCOVERY_CONTRACT_MISMATCH, and what `read` throws
 */
export async function withChainReader<T>(
  contractId: ContractId,
  options: ChainReaderOptions,
  read: (reader: ChainReader) => Promise<T>,
): Promise<T> {
  const { rpc: option, signal, timeoutMs, finality } = options;
  const { chain, address: contract } = contractIdParts(contractId);
  const { source } = option;
  if (chainNamespace(chain) !== 'eip155') throw rpcChainInvalid(chain);
  if (option.chain !== chain) throw sourceWrongChain(source, chain, option.chain);
  const rpc = createEvmRpc({ url: option.url, source, timeoutMs });
  const send: ChainReader['send'] = (calls) => rpc.send(calls, signal);
  try {
    const point = await pinBlock();
    const block = { blockHash: point.hash, requireCanonical: true };
    const site: ContractSite = { source, contract, point };
    const reader: ChainReader = {
      ...site,
      signal,
      send,
      call: async (data) => {
        const answers = await send(
          data.map((input) => ({
            method: 'eth_call',
            params: [{ to: contract, data: input }, block],
          })),
        );
        return answers.map((answer) => outcomeOf(answer, site));
      },
    };
    let result: T;
    try {
      await checkCode(site, block);
      result = await read(reader);
    } catch (thrown) {
      // In a reorganisation calls fail in many ways; then that is what there is to say.
      if (mayBeReorganised(thrown) && !signal?.aborted) await checkCanonical(point);
      throw thrown;
    }
    await checkCanonical(point);
    return result;
  } finally {
    await rpc.close();
  }

  async function pinBlock(): Promise<ChainPoint> {
    const [chainId, block] = await send([
      { method: 'eth_chainId', params: [] },
      { method: 'eth_getBlockByNumber', params: [finality, false] },
    ]);
    checkChainId(chainId, chain);
    const fault = block && 'fault' in block ? block.fault : undefined;
    const header =
      block && 'result' in block ? parseBlockHeader(block.result, undefined, source) : null;
    if (!header) throw finalityUnknown(source, finality, fault?.code);
    return { chain, height: header.height, hash: header.hash, time: header.time };
  }

  function checkChainId(answer: RpcAnswer | undefined, expected: ChainId): void {
    if (!answer || 'fault' in answer) {
      throw sourceRpcError(source, 'eth_chainId', answer?.fault.code ?? 0);
    }
    const id = HexQuantity.safeParse(answer.result);
    if (!id.success) throw sourceResponseInvalid(source, 'answered eth_chainId with no chain id');
    const found = `eip155:${id.data}`;
    if (found !== expected) throw sourceWrongChain(source, expected, found);
  }

  async function checkCode(site: ContractSite, block: object): Promise<void> {
    const [answer] = await send([{ method: 'eth_getCode', params: [contract, block] }]);
    if (!answer || 'fault' in answer) throw refusalOf(answer, 'eth_getCode', site);
    if (hexOf(answer.result, site) === '0x') throw contractMismatch(site, 'has no code');
  }

  async function checkCanonical(point: ChainPoint): Promise<void> {
    const height = `0x${point.height.toString(16)}`;
    const [answer] = await send([{ method: 'eth_getBlockByNumber', params: [height, false] }]);
    if (!answer || 'fault' in answer) {
      throw sourceRpcError(source, 'eth_getBlockByNumber', answer?.fault.code ?? 0);
    }
    const header = parseBlockHeader(answer.result, point.height, source);
    if (header?.hash !== point.hash) throw blockReorganised(source, point);
  }
}

function outcomeOf(answer: RpcAnswer, site: ContractSite): CallOutcome {
  if ('fault' in answer) return { refused: refusalOf(answer, 'eth_call', site) };
  const data = hexOf(answer.result, site);
  if (data !== '0x') return { data };
  return { refused: contractMismatch(site, 'does not have a function that it should have') };
}

function refusalOf(answer: RpcAnswer | undefined, method: string, site: ContractSite): AssayError {
  const fault = answer && 'fault' in answer ? answer.fault : { code: 0, message: '' };
  switch (classifyRpcFault(fault)) {
    case 'reverted':
      return contractMismatch(site, 'reverts a call that it should answer');
    case 'unavailable':
      return stateUnavailable(site.source, site.point, fault.code);
    default:
      return sourceRpcError(site.source, method, fault.code);
  }
}

function hexOf(result: unknown, site: ContractSite): `0x${string}` {
  const data = HexData.safeParse(result);
  if (data.success) return data.data;
  throw sourceResponseInvalid(site.source, 'answered a call with what is no hex data');
}

/** Whether another state of the chain could be the reason: not where the server could not be asked. */
function mayBeReorganised(thrown: unknown): boolean {
  return (
    thrown instanceof AssayError &&
    (/^(SUPPLY|DISCOVERY)_/.test(thrown.code) || thrown.code === 'SOURCE_RPC_ERROR')
  );
}
