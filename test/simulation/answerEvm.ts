import { encodeAbiParameters, type Hex, numberToHex } from 'viem';
import { z } from 'zod';
import type { TokenBlock, TokenView } from './tokenModel.ts';
import type { WireReply } from './wire.ts';

/** What a token's contract says of itself. */
export interface TokenFacts {
  readonly decimals: number;
  readonly symbol: string;
}

const Call = z.object({ id: z.number(), method: z.string(), params: z.array(z.unknown()) });
const AtBlock = z.object({ blockHash: z.string() });
const failure = (code: number, message: string) => ({ error: { code, message } });

/** The answer of an EVM node to one HTTP request. */
export function answerEvm(
  view: TokenView,
  facts: ReadonlyMap<string, TokenFacts>,
  body: string,
): WireReply {
  const request: unknown = JSON.parse(body);
  const calls = z.array(Call).parse(Array.isArray(request) ? request : [request]);
  const answers = calls.map((call) => ({
    jsonrpc: '2.0',
    id: call.id,
    ...answer(view, facts, call),
  }));
  const reply = Array.isArray(request) ? answers : answers[0];
  return { status: 200, body: JSON.stringify(reply) };
}

function answer(
  view: TokenView,
  facts: ReadonlyMap<string, TokenFacts>,
  { method, params }: z.infer<typeof Call>,
): object {
  switch (method) {
    case 'eth_chainId':
      return { result: numberToHex(view.chainId) };
    case 'eth_getBlockByNumber':
      return { result: showBlock(view, params[0]) };
    case 'eth_getCode': {
      const [to, { blockHash }] = z.tuple([z.string(), AtBlock]).parse(params);
      if (!findBlock(view, blockHash)) return failure(-32000, 'header not found');
      return { result: facts.has(to.toLowerCase()) ? '0x6000' : '0x' };
    }
    case 'eth_call': {
      const Subject = z.object({ to: z.string(), data: z.string() });
      const [{ to, data }, { blockHash }] = z.tuple([Subject, AtBlock]).parse(params);
      const block = findBlock(view, blockHash);
      if (!block) return failure(-32000, 'header not found');
      return { result: callToken(block, to.toLowerCase(), data, facts) };
    }
    default:
      return failure(-32601, `the method ${method} does not exist`);
  }
}

function findBlock(view: TokenView, hash: string): TokenBlock | undefined {
  return view.blocks.find((block) => block.hash === hash);
}

function showBlock(view: TokenView, which: unknown): unknown {
  const tags = new Map<unknown, number>([
    ['finalized', view.finalized],
    ['latest', view.blocks.length - 1],
  ]);
  const block = view.blocks[tags.get(which) ?? Number(which)];
  if (!block) return null;
  return {
    number: numberToHex(block.height),
    hash: block.hash,
    parentHash: block.parent,
    timestamp: numberToHex(block.time),
    transactions: [],
  };
}

function callToken(
  block: TokenBlock,
  token: string,
  data: string,
  facts: ReadonlyMap<string, TokenFacts>,
): Hex {
  const known = facts.get(token);
  switch (data) {
    case '0x18160ddd':
      return encodeAbiParameters([{ type: 'uint256' }], [block.supplies.get(token) ?? 0n]);
    case '0x313ce567':
      return encodeAbiParameters([{ type: 'uint256' }], [BigInt(known?.decimals ?? 0)]);
    case '0x95d89b41':
      return encodeAbiParameters([{ type: 'string' }], [known?.symbol ?? '']);
    default:
      return '0x';
  }
}
