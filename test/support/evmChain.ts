import {
  decodeFunctionData,
  encodeAbiParameters,
  encodeFunctionResult,
  type Hex,
  multicall3Abi,
} from 'viem';
import { z } from 'zod';
import { chainReference } from '../../src/core/caip.ts';
import type { Deployment } from '../../src/registry/asset.ts';
import { HexData } from '../../src/supply/evm/hexData.ts';
import { multicall3Address } from '../../src/supply/evm/multicall3.ts';
import { type EvmRpcServer, RpcFailure, standInBlocks, startEvmRpcServer } from './evmRpcServer.ts';
import { multicall3Code } from './multicall3.ts';
import type { ChainFigures } from './tokenChain.ts';

/** As many seconds of blocks as the search for one an hour ago may look at. */
const spanSeconds = 7_200;

const AtBlock = z.object({ blockHash: z.string() });
const CallParams = z.tuple([z.object({ to: z.string(), data: HexData }), AtBlock]);

/** A chain with steady blocks up to now, its tokens, and Multicall3 as most public chains have it. */
export async function startEvmChain(
  deployments: readonly Deployment[],
  { now, supply, held }: ChainFigures,
): Promise<EvmRpcServer> {
  const [first] = deployments;
  if (!first) throw new Error('there is no deployment');
  const reference = chainReference(first.chain);
  const seconds = reference === '1' ? 12 : 2;
  const count = Math.floor(spanSeconds / seconds) + 1;
  const server = await startEvmRpcServer([]);
  server.chainId = Number(reference);
  server.blocks = standInBlocks(
    Array.from({ length: count }, (_, index) => now - (count - 1 - index) * seconds),
    reference,
  );
  server.finalized = count - 1;
  const multicall = multicall3Address.toLowerCase();
  server.tokens.set(multicall, { code: multicall3Code() });
  const returns = new Map<string, Hex>();
  for (const { reference, kind, decimals, symbol } of deployments) {
    const address = reference.toLowerCase();
    server.tokens.set(address, {});
    returns.set(`${address} 0x18160ddd`, encodeUint(supply(kind)));
    returns.set(`${address} 0x313ce567`, encodeUint(BigInt(decimals)));
    returns.set(`${address} 0x95d89b41`, encodeAbiParameters([{ type: 'string' }], [symbol]));
    returns.set(`${address} 0x70a08231`, encodeUint(held));
  }
  const hashes = new Set(server.blocks.map(({ hash }) => hash));
  const call = (to: string, data: Hex): Hex =>
    returns.get(`${to.toLowerCase()} ${data.slice(0, 10)}`) ?? '0x';
  server.override = ({ method, params }) => {
    if (method !== 'eth_call') return undefined;
    const [{ to, data }, { blockHash }] = CallParams.parse(params);
    if (!hashes.has(blockHash)) throw new RpcFailure(-32000, 'header not found');
    return to.toLowerCase() === multicall ? aggregate(data, call) : call(to, data);
  };
  return server;
}

function aggregate(data: Hex, call: (to: string, data: Hex) => Hex): Hex {
  const { functionName, args } = decodeFunctionData({ abi: multicall3Abi, data });
  if (functionName !== 'aggregate3') throw new Error(`${functionName} is not expected`);
  const result = args[0].map(({ target, callData }) => ({
    success: true,
    returnData: call(target, callData),
  }));
  return encodeFunctionResult({ abi: multicall3Abi, functionName, result });
}

function encodeUint(value: bigint): Hex {
  return encodeAbiParameters([{ type: 'uint256' }], [value]);
}
