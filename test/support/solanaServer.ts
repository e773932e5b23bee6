import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeBase58 } from '../../src/supply/base58.ts';
import { type PostReply, type ReceivedPost, startPostServer } from './postServer.ts';

/** An account of the stand-in cluster. */
export interface StandInAccount {
  readonly owner: string;
  readonly data: Uint8Array;
}

/** A call as it came. */
export interface SolanaCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What a call is answered with in place of what the cluster says. */
export type SolanaReply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } }
  | { readonly reply: PostReply };

/**
 * A Solana RPC server on loopback. Its answers have the form of https://solana.com/docs/rpc/http
 * (getGenesisHash, getMultipleAccounts, getTokenAccountsByOwner, getBlock, getBlocks), its errors that of
 * Agave's `rpc-client-api/src/custom_error.rs` and `rpc/src/rpc.rs`.
 */
export interface SolanaServer extends AsyncDisposable {
  /** With a key in its path. */
  readonly url: string;
  genesisHash: string;
  /** The slot that is final. */
  slot: number;
  /** Slots without a block. */
  readonly skipped: Set<number>;
  readonly accounts: Map<string, StandInAccount>;
  readonly calls: readonly SolanaCall[];
  readonly posts: readonly ReceivedPost[];
  /** Undefined: the cluster answers. `times` counts the calls of that method, from 1. */
  override: (call: SolanaCall, times: number) => SolanaReply | undefined;
}

/** The genesis hash of mainnet, as `getGenesisHash` gives it. */
export const mainnetGenesis = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';

const Call = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.number(),
  method: z.string(),
  params: z.array(z.unknown()),
});
const AccountConfig = z.strictObject({
  commitment: z.literal('finalized'),
  encoding: z.literal('base64'),
  dataSlice: z.strictObject({ offset: z.literal(0), length: z.number() }),
});
const AccountParams = z.tuple([z.array(z.string()).max(100), AccountConfig]);
const OwnerParams = z.tuple([z.string(), z.strictObject({ mint: z.string() }), AccountConfig]);
const BlockParams = z.tuple([
  z.number(),
  z.strictObject({
    commitment: z.literal('finalized'),
    transactionDetails: z.literal('none'),
    rewards: z.literal(false),
    maxSupportedTransactionVersion: z.literal(0),
  }),
]);
const BlocksParams = z.tuple([
  z.number(),
  z.number(),
  z.strictObject({ commitment: z.literal('finalized') }),
]);

/** Blocks come 400 ms apart; their times are whole seconds. */
export function solanaBlock(slot: number) {
  const hash = (of: number) => encodeBase58(createHash('sha256').update(`block ${of}`).digest());
  return {
    blockHeight: slot - 1_000,
    blockTime: 1_700_000_000 + Math.floor(slot * 0.4),
    blockhash: hash(slot),
    parentSlot: slot - 1,
    previousBlockhash: hash(slot - 1),
  };
}

export async function startSolanaServer(): Promise<SolanaServer> {
  const calls: SolanaCall[] = [];
  const server = await startPostServer(({ body }) => {
    const { id, ...call } = Call.parse(body);
    calls.push(call);
    const times = calls.filter(({ method }) => method === call.method).length;
    const said = self.override(call, times) ?? answer(call);
    if ('reply' in said) return said.reply;
    // `rentEpoch` is a u64 that JavaScript cannot write as a number.
    const text = JSON.stringify({ jsonrpc: '2.0', ...said, id });
    return { body: text.replaceAll('"rentEpoch":null', '"rentEpoch":18446744073709551615') };
  });
  const self: SolanaServer = {
    url: `${server.url}/SECRET-KEY?api-key=SECRET`,
    genesisHash: mainnetGenesis,
    slot: 341_197_247,
    skipped: new Set(),
    accounts: new Map(),
    calls,
    posts: server.requests,
    override: () => undefined,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return self;

  function answer({ method, params }: SolanaCall): SolanaReply {
    switch (method) {
      case 'getGenesisHash':
        return { result: self.genesisHash };
      case 'getMultipleAccounts':
        return { result: showAccounts(params) };
      case 'getTokenAccountsByOwner':
        return showOwned(params);
      case 'getBlock': {
        const [slot] = BlockParams.parse(params);
        if (slot > self.slot) {
          return failure(-32004, `Block not available for slot ${slot}`);
        }
        if (!self.skipped.has(slot)) return { result: solanaBlock(slot) };
        const why = 'was skipped, or missing due to ledger jump to recent snapshot';
        return failure(-32007, `Slot ${slot} ${why}`);
      }
      case 'getBlocks': {
        const [first, last] = BlocksParams.parse(params);
        const end = Math.min(last, self.slot);
        const slots = Array.from({ length: Math.max(0, end - first + 1) }, (_, at) => first + at);
        return { result: slots.filter((slot) => !self.skipped.has(slot)) };
      }
      default:
        return failure(-32601, 'Method not found');
    }
  }

  function showAccounts(params: readonly unknown[]) {
    const [keys, { dataSlice }] = AccountParams.parse(params);
    return {
      context: { apiVersion: '2.0.15', slot: self.slot },
      value: keys.map((key) => showAccount(key, dataSlice.length)),
    };
  }

  /** As Agave does: of the program that owns the mint, in use, with mint and owner in their places. */
  function showOwned(params: readonly unknown[]): SolanaReply {
    const [owner, { mint }, { dataSlice }] = OwnerParams.parse(params);
    const program = self.accounts.get(mint)?.owner;
    if (program === undefined) return failure(-32602, 'Invalid param: could not find mint');
    const owned = [...self.accounts].filter(
      ([, account]) =>
        account.owner === program &&
        (account.data.length === 165 || account.data[165] === 2) &&
        account.data[108] !== 0 &&
        encodeBase58(account.data.subarray(0, 32)) === mint &&
        encodeBase58(account.data.subarray(32, 64)) === owner,
    );
    const value = owned.map(([pubkey]) => ({
      pubkey,
      account: showAccount(pubkey, dataSlice.length),
    }));
    return { result: { context: { apiVersion: '2.0.15', slot: self.slot }, value } };
  }

  function showAccount(key: string, length: number) {
    const account = self.accounts.get(key);
    if (!account) return null;
    const { data, owner } = account;
    return {
      data: [Buffer.from(data.subarray(0, length)).toString('base64'), 'base64'],
      executable: false,
      lamports: 179_771_985_948,
      owner,
      rentEpoch: null,
      space: data.length,
    };
  }
}

function failure(code: number, message: string): SolanaReply {
  return { error: { code, message } };
}
