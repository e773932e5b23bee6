import type { Hex } from 'viem';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { RpcCall } from './guardReads.ts';
import { stateBlock } from './stateBlock.ts';

/** One question about the state of an EVM chain after a block. */
export type StateCall =
  | { readonly method: 'eth_call'; readonly to: string; readonly data: Hex }
  | { readonly method: 'eth_getCode' | 'eth_getBalance'; readonly address: string };

/** The question at the block with this hash, which must be in the node's best chain (EIP-1898). */
export function encodeStateCall(call: StateCall, point: ChainPoint): RpcCall {
  const block = stateBlock(point.chain, point.hash);
  const { method } = call;
  if (method !== 'eth_call') return { method, params: [call.address, block] };
  return { method, params: [{ to: call.to, data: call.data }, block] };
}
