import { createHash } from 'node:crypto';
import { encodeAbiParameters } from 'viem';
import { z } from 'zod';
import { type PostReply, type ReceivedPost, startPostServer } from './postServer.ts';

/** What a function of a contract does: returns bytes (hex without 0x), or reverts with bytes. */
export type StandInReturn = string | { readonly reverts: string };

/** What a request is answered with in place of what the chain says. */
export type TronReply = { readonly value: unknown } | { readonly reply: PostReply };

/**
 * A java-tron node on loopback. Its answers have the form of the captures in java-tron's own
 * documentation (https://tronprotocol.github.io/documentation-en/api/http/, pages getnowblock,
 * getblockbynum and triggerconstantcontract) with its errors, `{"Error": …}` among them.
 */
export interface TronServer extends AsyncDisposable {
  /** With a key in its path. */
  readonly url: string;
  genesisId: string;
  /** The number of the last solid block. */
  solid: number;
  /** By address, function and arguments, such as `TYhW…/totalSupply()`, `TYhW…/balanceOf(address)00…`. */
  readonly returns: Map<string, StandInReturn>;
  readonly requests: readonly ReceivedPost[];
  /** Undefined: the chain answers. `times` counts the requests of that method, from 1. */
  override: (method: string, times: number, body: unknown) => TronReply | undefined;
}

/** The genesis block of mainnet, as `getblockbynum` names it. */
export const tronGenesis = '00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc';

const Trigger = z.strictObject({
  owner_address: z.literal('T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb'),
  contract_address: z.string(),
  function_selector: z.string(),
  /** One ABI word for each argument. */
  parameter: z.string().regex(/^(?:[0-9a-f]{64})*$/),
  visible: z.literal(true),
});

/** A block's id begins with its number. */
export function tronBlockId(number: number, fork = ''): string {
  const digest = createHash('sha256').update(`block ${number}${fork}`).digest('hex');
  return `${number.toString(16).padStart(16, '0')}${digest.slice(16)}`;
}

/** Blocks come every 3 seconds. */
export function tronBlock(number: number, fork = '') {
  return {
    blockID: tronBlockId(number, fork),
    block_header: {
      raw_data: {
        number,
        txTrieRoot: 'f8156964cc3e5793a368f938a18ea45c02bd48fe3a412f7091ce8d9ef56df174',
        witness_address: '41e7860196ad5b5718c1d6326babab039b70b8c1cd',
        parentHash: tronBlockId(number - 1, fork),
        version: 34,
        timestamp: 1_600_000_000_999 + number * 3_000,
      },
      witness_signature: '55a29981b2ba121613788de5d1b6bd87'.repeat(4),
    },
  };
}

/** A `uint256`, and a `string`, as a contract returns them. */
export const returnedUint = (value: bigint) =>
  encodeAbiParameters([{ type: 'uint256' }], [value]).slice(2);
export const returnedText = (value: string) =>
  encodeAbiParameters([{ type: 'string' }], [value]).slice(2);

export async function startTronServer(): Promise<TronServer> {
  const seen: string[] = [];
  const server = await startPostServer(({ path, body }) => {
    const method = /^\/SECRET-KEY\/walletsolidity\/([a-z]+)\?token=SECRET$/.exec(path)?.[1];
    if (!method) return { status: 404, body: '404 page not found' };
    seen.push(method);
    const times = seen.filter((one) => one === method).length;
    const said = self.override(method, times, body) ?? { value: answer(method, body) };
    return 'reply' in said ? said.reply : { body: JSON.stringify(said.value) };
  });
  const self: TronServer = {
    url: `${server.url}/SECRET-KEY/?token=SECRET`,
    genesisId: tronGenesis,
    solid: 66_987_627,
    returns: new Map(),
    requests: server.requests,
    override: () => undefined,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return self;

  function answer(method: string, body: unknown): unknown {
    switch (method) {
      case 'getnowblock':
        return tronBlock(self.solid);
      case 'getblockbynum': {
        z.strictObject({ num: z.literal(0) }).parse(body);
        const { raw_data } = tronBlock(1).block_header;
        // Zeros are left out: number, timestamp and version.
        const { txTrieRoot, witness_address } = raw_data;
        return {
          blockID: self.genesisId,
          block_header: { raw_data: { txTrieRoot, witness_address } },
        };
      }
      default:
        return trigger(Trigger.parse(body));
    }
  }

  function trigger(call: z.infer<typeof Trigger>): unknown {
    const exists = [...self.returns.keys()].some((key) => key.startsWith(call.contract_address));
    if (!exists) {
      const message = 'Smart contract is not exist.';
      return { result: { code: 'CONTRACT_VALIDATE_ERROR', message } };
    }
    const name = `${call.function_selector}${call.parameter}`;
    const said = self.returns.get(`${call.contract_address}/${name}`);
    const data = typeof said === 'object' ? said.reverts : (said ?? '');
    const ret = typeof said === 'object' ? [{ ret: 'FAILED' }] : [{}];
    return {
      result:
        typeof said === 'object'
          ? { result: true, message: 'REVERT opcode executed' }
          : { result: true },
      energy_used: 935,
      constant_result: [data],
      transaction: { ret, visible: true, txID: tronBlockId(1), raw_data_hex: '0a0228c0' },
    };
  }
}
