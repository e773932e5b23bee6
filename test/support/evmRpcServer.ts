import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { encodeAbiParameters, type Hex, keccak256, numberToHex, stringToBytes } from 'viem';
import { z } from 'zod';

/** A call as it came, for tests that look at what was asked. */
export interface ReceivedCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** An answer that is an error: thrown by a method of the server. */
export class RpcFailure extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the server says instead of JSON-RPC: an HTTP reply, no reply at all, or a cut connection. */
export type HttpBehaviour =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | 'silence'
  | 'reset';

/** A block of the stand-in chain. */
export interface StandInBlock {
  number: number;
  hash: string;
  parentHash: string;
  timestamp: number;
}

/** A contract of the stand-in chain: what each function returns, or how it fails. */
export interface StandInToken {
  code?: Hex;
  totalSupply?: bigint | Hex | RpcFailure;
  decimals?: number | Hex | RpcFailure;
  symbol?: string | Hex | RpcFailure;
}

/**
 * A JSON-RPC server on loopback that computes its answers from a chain that a test describes. They have
 * the form of https://ethereum.github.io/execution-apis, with blocks by hash as in EIP-1898.
 */
export interface EvmRpcServer extends AsyncDisposable {
  readonly url: string;
  /** The best chain, from block 0; a test may change it at any time. */
  blocks: StandInBlock[];
  /** Height of the block with the tag `finalized`; undefined: the tag is not known. */
  finalized: number | undefined;
  chainId: number;
  /** By lower-case address; the same at every block. */
  readonly tokens: Map<string, StandInToken>;
  /** In the chain's own smallest unit, by lower-case address; the same at every block. */
  readonly balances: Map<string, bigint>;
  /** One entry per HTTP request: the calls in it. */
  readonly requests: (readonly ReceivedCall[])[];
  /** Looks at each HTTP request first; what it returns is done instead of answering. */
  intercept: (calls: readonly ReceivedCall[], request: number) => HttpBehaviour | undefined;
  /** Sees the headers of each HTTP request. */
  onHeaders: (headers: IncomingHttpHeaders) => void;
  /** Methods that heed no block, and answer for any. */
  readonly ignoring: Set<string>;
  /** Answers a call in place of the chain, about a block that there is; undefined: the chain answers. */
  override: (call: ReceivedCall) => unknown;
  /** Turns the list of answers of a batch into what is sent. */
  rewriteBatch: (answers: readonly object[]) => unknown;
  close(): Promise<void>;
}

const Call = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.number(),
  method: z.string(),
  params: z.array(z.unknown()),
});
const Body = z.union([Call, z.array(Call).min(1)]);
/** As EIP-1898 has it; on Rootstock without the second. */
const AtBlock = z.strictObject({
  blockHash: z.string(),
  requireCanonical: z.literal(true).optional(),
});
const CallParams = z.tuple([z.object({ to: z.string(), data: z.string() }), AtBlock]);

/** Blocks with these timestamps; another `fork` gives other hashes. */
export function standInBlocks(times: readonly number[], fork = ''): StandInBlock[] {
  const blocks: StandInBlock[] = [];
  for (const [number, timestamp] of times.entries()) {
    const parentHash = blocks[number - 1]?.hash ?? `0x${'00'.repeat(32)}`;
    const hash = keccak256(stringToBytes(`${parentHash}/${number}/${timestamp}/${fork}`));
    blocks.push({ number, hash, parentHash, timestamp });
  }
  return blocks;
}

/** Starts a server whose chain has these block times and calls its last block final. */
export async function startEvmRpcServer(times: readonly number[]): Promise<EvmRpcServer> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };

  const self: EvmRpcServer = {
    url: `http://127.0.0.1:${address.port}/v1/SECRET-KEY`,
    blocks: standInBlocks(times),
    finalized: times.length - 1,
    chainId: 1,
    tokens: new Map(),
    balances: new Map(),
    requests: [],
    intercept: () => undefined,
    onHeaders: () => {},
    ignoring: new Set(),
    override: () => undefined,
    rewriteBatch: (answers) => answers,
    close,
    [Symbol.asyncDispose]: close,
  };
  return self;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    self.onHeaders(request.headers);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Body.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const calls = Array.isArray(body) ? body : [body];
    self.requests.push(calls.map(({ method, params }) => ({ method, params })));
    const behaviour = self.intercept(calls, self.requests.length);
    if (behaviour === 'silence') return;
    if (behaviour === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (behaviour) {
      response.writeHead(behaviour.status ?? 200, behaviour.headers ?? {}).end(behaviour.body);
      return;
    }
    const answers = calls.map((call) => ({ jsonrpc: '2.0', id: call.id, ...reply(call) }));
    const text = JSON.stringify(Array.isArray(body) ? self.rewriteBatch(answers) : answers[0]);
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  }

  function reply(call: ReceivedCall): object {
    try {
      checkBlock(call);
      const result = self.override(call);
      return { result: result === undefined ? answer(call) : result };
    } catch (error) {
      if (!(error instanceof RpcFailure)) throw error;
      return { error: { code: error.code, message: error.message } };
    }
  }

  function answer({ method, params }: ReceivedCall): unknown {
    switch (method) {
      case 'eth_chainId':
        return numberToHex(self.chainId);
      case 'eth_getBlockByNumber':
        return showBlock(params[0]);
      case 'eth_getCode': {
        const [to] = z.tuple([z.string(), AtBlock]).parse(params);
        const token = self.tokens.get(to.toLowerCase());
        return token ? (token.code ?? '0x6000') : '0x';
      }
      case 'eth_getBalance': {
        const [holder] = z.tuple([z.string(), AtBlock]).parse(params);
        return numberToHex(self.balances.get(holder.toLowerCase()) ?? 0n);
      }
      case 'eth_call': {
        const [{ to, data }] = CallParams.parse(params);
        return callToken(self.tokens.get(to.toLowerCase()), data);
      }
      default:
        throw new RpcFailure(-32601, `the method ${method} does not exist`);
    }
  }

  function showBlock(which: unknown): unknown {
    if (which === 'finalized' && self.finalized === undefined) {
      throw new RpcFailure(-32602, 'invalid argument 0: hex string without 0x prefix');
    }
    const tags = new Map<unknown, number | undefined>([
      ['finalized', self.finalized],
      ['latest', self.blocks.length - 1],
    ]);
    const height = tags.has(which) ? tags.get(which) : Number(which);
    const block = self.blocks[height ?? -1];
    if (!block) return null;
    return {
      ...block,
      number: numberToHex(block.number),
      timestamp: numberToHex(block.timestamp),
      transactions: [],
    };
  }

  function checkBlock({ method, params }: ReceivedCall): void {
    if (self.ignoring.has(method)) return;
    const named = params.flatMap((one) => AtBlock.safeParse(one).data ?? []);
    if (named.some(({ blockHash }) => self.blocks.every(({ hash }) => hash !== blockHash))) {
      throw new RpcFailure(-32000, 'header not found');
    }
  }
}

function callToken(token: StandInToken | undefined, data: string): Hex {
  switch (data) {
    case '0x18160ddd':
      return encodeReturn('uint256', token?.totalSupply);
    case '0x313ce567':
      return encodeReturn('uint256', token?.decimals);
    case '0x95d89b41':
      return encodeReturn('string', token?.symbol);
    default:
      return '0x';
  }
}

function encodeReturn(type: string, value: bigint | number | string | RpcFailure | undefined): Hex {
  if (value instanceof RpcFailure) throw value;
  if (value === undefined) return '0x';
  if (typeof value === 'string' && value.startsWith('0x')) return `0x${value.slice(2)}`;
  return encodeAbiParameters([{ type }], [typeof value === 'number' ? BigInt(value) : value]);
}
