import { z } from 'zod';
import { parseToFirstFault } from '../../core/parseToFirstFault.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { isBase58Key } from '../base58.ts';

/** How much of an account is asked for: a mint with all its extensions has a few kilobytes. */
export const accountSliceBytes = 16 * 1024;

const Key = z.string().max(44).refine(isBase58Key);
const Slot = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const Base64 = z
  .string()
  .max(Math.ceil(accountSliceBytes / 3) * 4)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
  .transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));

/** An account as `getMultipleAccounts` shows it. Its `lamports` and `rentEpoch` may be beyond 2^53. */
const RawAccount = z.object({
  data: z.tuple([Base64, z.literal('base64')]),
  owner: Key,
  /** Of the whole account; servers before Agave 1.14 leave it out. */
  space: Slot.optional(),
});

const RawAccounts = z.object({
  context: z.object({ slot: Slot }),
  value: z.array(RawAccount.nullable()).max(100),
});

/** What an account holds, as far as it was asked for. */
export interface SolanaAccount {
  /** The program that alone may change it, in base58. */
  readonly owner: string;
  readonly data: Uint8Array;
  /** Whether it is longer than `data`. */
  readonly isCut: boolean;
}

/** All accounts of one call, of one slot; null where there is none. */
export interface SolanaAccounts {
  readonly slot: number;
  readonly accounts: readonly (SolanaAccount | null)[];
}

/**
 * The answer to `getMultipleAccounts` with base64 and a `dataSlice` of `accountSliceBytes`.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function parseAccounts(raw: unknown, count: number, source: SourceRef): SolanaAccounts {
  const parsed = parseToFirstFault(RawAccounts, raw);
  if (!parsed.success || parsed.data.value.length !== count) {
    throw sourceResponseInvalid(source, 'answered getMultipleAccounts with no list of accounts');
  }
  const accounts = parsed.data.value.map((account) => account && toAccount(account, source));
  return { slot: parsed.data.context.slot, accounts };
}

const RawOwnedAccounts = z.object({
  context: z.object({ slot: Slot }),
  value: z.array(z.object({ pubkey: Key, account: RawAccount })),
});

/** All token accounts of one owner and one mint, of one slot, by their addresses. */
export interface SolanaOwnedAccounts {
  readonly slot: number;
  readonly accounts: ReadonlyMap<string, SolanaAccount>;
}

/**
 * The answer to `getTokenAccountsByOwner` with base64 and a `dataSlice` of `accountSliceBytes`.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function parseOwnedAccounts(raw: unknown, source: SourceRef): SolanaOwnedAccounts {
  const parsed = parseToFirstFault(RawOwnedAccounts, raw);
  const method = 'getTokenAccountsByOwner';
  if (!parsed.success) {
    throw sourceResponseInvalid(source, `answered ${method} with no list of accounts`);
  }
  const { context, value } = parsed.data;
  const accounts = new Map(
    value.map(({ pubkey, account }) => [pubkey, toAccount(account, source)] as const),
  );
  if (accounts.size !== value.length) {
    throw sourceResponseInvalid(source, `answered ${method} with one account twice`);
  }
  return { slot: context.slot, accounts };
}

function toAccount(account: z.infer<typeof RawAccount>, source: SourceRef): SolanaAccount {
  const [data] = account.data;
  const { owner, space = data.length } = account;
  const isFull = data.length === accountSliceBytes;
  if (data.length > accountSliceBytes || (isFull ? space < data.length : space !== data.length)) {
    throw sourceResponseInvalid(source, 'gave an account with another size than it says');
  }
  return { owner, data, isCut: isFull && (account.space ?? Infinity) > data.length };
}

const RawBlock = z.object({
  blockhash: Key,
  /** The stake-weighted estimate of the validators, in seconds. */
  blockTime: z.number().int().min(0).max(253_402_300_799).nullable(),
  parentSlot: Slot,
});

/** A block as `getBlock` shows it without transactions. */
export interface SolanaBlock {
  readonly hash: string;
  readonly time: number | null;
}

/** @throws AssayError SOURCE_RESPONSE_INVALID */
export function parseBlock(raw: unknown, slot: number, source: SourceRef): SolanaBlock {
  const parsed = RawBlock.safeParse(raw);
  // Only the genesis block, in slot 0, is its own parent.
  if (!parsed.success || (slot > 0 && parsed.data.parentSlot >= slot)) {
    throw sourceResponseInvalid(source, 'answered getBlock with something that is no such block');
  }
  return { hash: parsed.data.blockhash, time: parsed.data.blockTime };
}

/**
 * The answer to `getBlocks`: slots with a block, ascending, within the range.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function parseSlots(
  raw: unknown,
  range: { readonly first: number; readonly last: number },
  source: SourceRef,
): readonly number[] {
  const { first, last } = range;
  const Slots = z.array(Slot.min(first).max(last)).max(last - first + 1);
  const parsed = parseToFirstFault(Slots, raw);
  const slots = parsed.success ? parsed.data : undefined;
  if (!slots?.every((slot, index) => index === 0 || slot > (slots[index - 1] ?? slot))) {
    throw sourceResponseInvalid(source, 'answered getBlocks with no list of slots in the range');
  }
  return slots;
}

/** The answer to `getGenesisHash`. @throws AssayError SOURCE_RESPONSE_INVALID */
export function parseGenesisHash(raw: unknown, source: SourceRef): string {
  const parsed = Key.safeParse(raw);
  if (!parsed.success) {
    throw sourceResponseInvalid(source, 'answered getGenesisHash with no hash');
  }
  return parsed.data;
}
