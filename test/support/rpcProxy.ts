import { once } from 'node:events';
import { createServer } from 'node:http';
import { decodeFunctionData, type Hex, parseAbi } from 'viem';
import { z } from 'zod';
import { HexData } from '../../src/supply/evm/hexData.ts';
import { HexQuantity } from '../../src/supply/evm/hexQuantity.ts';

const pageAbi = parseAbi([
  'function getPoRAddressList(uint256 startIndex, uint256 endIndex)',
  'function getPoRAddressSignatureMessages(uint256 start, uint256 end)',
]);

/** The first and last index of a call for a page; undefined for any other call. */
function pageOf(data: Hex): readonly [number, number] | undefined {
  try {
    const [from, to] = decodeFunctionData({ abi: pageAbi, data }).args;
    return [Number(from), Number(to)];
  } catch {
    return undefined;
  }
}

/** How many entries a call asks for; 0 where it is no call for a page. */
export function pageLength(data: Hex): number {
  const [from, to] = pageOf(data) ?? [0, -1];
  return to - from + 1;
}

/** One answer of JSON-RPC. */
export const RpcReply = z.looseObject({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
const Call = z.looseObject({ id: z.number(), method: z.string(), params: z.array(z.unknown()) });
const ToContract = z.object({ data: HexData });
const LogFilter = z.object({ fromBlock: HexQuantity, toBlock: HexQuantity });

/** How the proxy limits the node. */
export interface RpcLimits {
  /** Which eth_calls the node has too little gas for. */
  readonly refuse?: (data: Hex) => boolean;
  /** Longer ranges of logs are refused. */
  readonly maxBlocks?: number;
  readonly dropLastLog?: boolean;
  /** Acts once, after this many requests with eth_calls were answered. */
  readonly afterCall?: number;
  readonly act?: () => Promise<void>;
}

export async function postRpc(url: string, body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body })).json();
}

/** Stands between the code under test and a node. */
export interface RpcProxy {
  readonly url: string;
  /** First and last index of the pages that were asked for, since `behave`. */
  pages(): readonly (readonly [number, number])[];
  behave(limits: RpcLimits): void;
  close(): Promise<void>;
}

/** Passes calls on to the node, and limits it as public servers are limited. */
export async function startRpcProxy(target: string): Promise<RpcProxy> {
  let behaviour: RpcLimits = {};
  let called = 0;
  let pages: (readonly [number, number])[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const calls = z.array(Call).parse(Array.isArray(body) ? body : [body]);
    const answers = await Promise.all(calls.map(answer));
    if (calls.some(({ method }) => method === 'eth_call')) {
      called += 1;
      if (called === behaviour.afterCall) await behaviour.act?.();
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(Array.isArray(body) ? answers : answers[0]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    pages: () => pages,
    behave: (next: RpcLimits) => {
      behaviour = next;
      called = 0;
      pages = [];
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(call: z.infer<typeof Call>): Promise<unknown> {
    const { id, method, params } = call;
    const refusal = (code: number, message: string) => ({
      jsonrpc: '2.0',
      id,
      error: { code, message },
    });
    if (method === 'eth_call') {
      const { data } = ToContract.parse(params[0]);
      const page = pageOf(data);
      if (page) pages.push(page);
      if (behaviour.refuse?.(data)) return refusal(-32_000, 'out of gas');
    }
    if (method === 'eth_getLogs' && behaviour.maxBlocks !== undefined) {
      const { fromBlock, toBlock } = LogFilter.parse(params[0]);
      if (toBlock - fromBlock >= BigInt(behaviour.maxBlocks)) {
        return refusal(-32_600, `up to ${behaviour.maxBlocks} blocks`);
      }
    }
    const reply = RpcReply.parse(await postRpc(target, JSON.stringify(call)));
    if (method === 'eth_getLogs' && behaviour.dropLastLog && Array.isArray(reply.result)) {
      return { ...reply, result: reply.result.slice(0, -1) };
    }
    return reply;
  }
}
