import { Agent, request } from 'undici';
import { z } from 'zod';

/** One remote procedure call: positional or named parameters. */
export type RpcCall = {
  readonly method: string;
  readonly params?: readonly unknown[] | Readonly<Record<string, unknown>>;
};

/**
 * Bitcoin Core's JSON-RPC, for development chains.
 *
 * Whole numbers come back as `number`. Numbers with a fraction or an exponent (amounts, above all)
 * come back as their own decimal text, so that no amount passes through a float.
 */
export type BitcoinRpc = {
  /** @throws BitcoinRpcError when the node answers with an error */
  call(
    method: string,
    params?: RpcCall['params'],
    options?: { readonly wallet?: string | undefined },
  ): Promise<unknown>;
  /** Sends calls that the node executes in order. @throws BitcoinRpcError for the first failure */
  batch(
    calls: readonly RpcCall[],
    options?: { readonly wallet?: string | undefined },
  ): Promise<unknown[]>;
  close(): Promise<void>;
};

/** An error that the node answered; `code` is of Bitcoin Core's table (-28 is warming up). */
export class BitcoinRpcError extends Error {
  override readonly name = 'BitcoinRpcError';
  readonly code: number;
  readonly method: string;
  constructor(method: string, code: number, message: string) {
    super(`${method}: ${message} (code ${code})`);
    this.code = code;
    this.method = method;
  }
}

const Answer = z.object({
  id: z.number(),
  result: z.unknown(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
});

/** Makes a client for the node at `url` (without credentials in it). Close it when done. */
export function createBitcoinRpc(options: {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}): BitcoinRpc {
  const { url, user, password } = options;
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  async function post(body: unknown, wallet: string | undefined): Promise<unknown> {
    const target = wallet === undefined ? url : `${url}/wallet/${encodeURIComponent(wallet)}`;
    const response = await request(target, {
      method: 'POST',
      dispatcher: agent,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.body.text();
    if (text === '') throw new Error(`bitcoind answered with HTTP status ${response.statusCode}`);
    return parseExactly(text);
  }

  return {
    call: async (method, params = [], { wallet } = {}) => {
      const answer = Answer.parse(await post({ id: 0, method, params }, wallet));
      if (answer.error) throw new BitcoinRpcError(method, answer.error.code, answer.error.message);
      return answer.result;
    },
    batch: async (calls, { wallet } = {}) => {
      if (calls.length === 0) return [];
      const body = calls.map(({ method, params = [] }, id) => ({ id, method, params }));
      const answers = z.array(Answer).parse(await post(body, wallet));
      return answers.map(({ id, result, error }) => {
        const method = calls[id]?.method ?? 'batch';
        if (error) throw new BitcoinRpcError(method, error.code, error.message);
        return result;
      });
    },
    close: async () => {
      if (!agent.destroyed) await agent.destroy();
    },
  };
}

function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === 'number' && source !== undefined && /[.eE]/.test(source)
      ? source
      : value;
  });
}
