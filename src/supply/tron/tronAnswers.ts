import { z } from 'zod';
import { parseToFirstFault } from '../../core/parseToFirstFault.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceRateLimited, sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { apiFailed, blockUnavailable } from '../errors.ts';

/** Bytes in hex, without 0x. */
const Hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/i)
  .transform((text) => text.toLowerCase());

const BlockId = z
  .string()
  .regex(/^[0-9a-f]{64}$/i)
  .transform((text) => text.toLowerCase());

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `protocol.Block` as java-tron writes it; a field that is zero is left out. */
const RawBlock = z.object({
  blockID: BlockId,
  block_header: z.object({
    raw_data: z.object({ number: Count.default(0), timestamp: Count.default(0) }),
  }),
});

/** What java-tron answers, with HTTP 200, where the servlet itself fails. */
const RawError = z.object({ Error: z.string() });

/** A block: its id, which begins with its number, and its time in milliseconds. */
export interface TronBlock {
  readonly id: string;
  readonly number: number;
  readonly timestamp: number;
}

/**
 * The answer to `getnowblock` or `getblockbynum`.
 *
 * @throws AssayError SUPPLY_BLOCK_UNAVAILABLE, SOURCE_RATE_LIMITED, SOURCE_RPC_ERROR,
 * SOURCE_RESPONSE_INVALID
 */
export function parseTronBlock(raw: unknown, method: string, source: SourceRef): TronBlock {
  checkNoError(raw, method, source);
  if (z.strictObject({}).safeParse(raw).success) {
    throw blockUnavailable(source, `has no block to answer ${method} with`, { method });
  }
  const parsed = RawBlock.safeParse(raw);
  if (!parsed.success) {
    throw sourceResponseInvalid(source, `answered ${method} with something that is no block`);
  }
  const { blockID, block_header } = parsed.data;
  const { number, timestamp } = block_header.raw_data;
  if (BigInt(`0x${blockID.slice(0, 16)}`) !== BigInt(number)) {
    throw sourceResponseInvalid(source, 'gave a block whose id belongs to another number');
  }
  return { id: blockID, number, timestamp };
}

/** `api.TransactionExtention`, as far as it says what a call returned. */
const RawCall = z.object({
  result: z.object({
    result: z.boolean().default(false),
    code: z.string().default('SUCCESS'),
    message: z.string().default(''),
  }),
  constant_result: z.array(Hex).max(1).default([]),
  transaction: z
    .object({ ret: z.array(z.object({ ret: z.string().optional() })).default([]) })
    .optional(),
});

/** What a contract said to one call: bytes, an error of its own, or that there is none. */
export type TronReturn =
  | { readonly kind: 'returned'; readonly data: `0x${string}` }
  | { readonly kind: 'reverted' }
  | { readonly kind: 'absent' };

/** `Return.response_code` of java-tron's `api.proto`. */
const knownCodes: ReadonlySet<string> = new Set([
  ...['SIGERROR', 'CONTRACT_VALIDATE_ERROR', 'CONTRACT_EXE_ERROR', 'BANDWITH_ERROR'],
  ...['DUP_TRANSACTION_ERROR', 'TAPOS_ERROR', 'TOO_BIG_TRANSACTION_ERROR'],
  ...['TRANSACTION_EXPIRATION_ERROR', 'SERVER_BUSY', 'NO_CONNECTION'],
  ...['NOT_ENOUGH_EFFECTIVE_CONNECTION', 'BLOCK_UNSOLIDIFIED', 'OTHER_ERROR'],
]);

const absent = /smart contract is not exist|no contract or not a (?:valid )?smart contract/i;

/**
 * The answer to `triggerconstantcontract`. A revert comes with `result: true` and, as what was
 * returned, bytes that the contract chose: only the message and the transaction's `ret` tell.
 *
 * @throws AssayError SOURCE_RATE_LIMITED, SOURCE_RPC_ERROR, SOURCE_RESPONSE_INVALID
 */
export function parseTronReturn(raw: unknown, source: SourceRef): TronReturn {
  const method = 'triggerconstantcontract';
  checkNoError(raw, method, source);
  const parsed = parseToFirstFault(RawCall, raw);
  if (!parsed.success) {
    throw sourceResponseInvalid(source, `answered ${method} with something that is no result`);
  }
  const { result, constant_result, transaction } = parsed.data;
  if (!result.result) {
    if (result.code === 'SERVER_BUSY') throw sourceRateLimited(source, undefined);
    if (result.code === 'CONTRACT_VALIDATE_ERROR' && absent.test(plainText(result.message))) {
      return { kind: 'absent' };
    }
    throw apiFailed(source, method, knownCodes.has(result.code) ? result.code : undefined);
  }
  const failed = transaction?.ret.some(({ ret }) => ret !== undefined && ret !== 'SUCESS');
  if (result.code !== 'SUCCESS' || result.message !== '' || failed) return { kind: 'reverted' };
  const [data] = constant_result;
  if (data === undefined) {
    throw sourceResponseInvalid(source, `answered ${method} with no returned bytes`);
  }
  return { kind: 'returned', data: `0x${data}` };
}

function checkNoError(raw: unknown, method: string, source: SourceRef): void {
  const error = RawError.safeParse(raw);
  if (!error.success) return;
  if (/lack of computing resources/i.test(error.data.Error)) {
    throw sourceRateLimited(source, undefined);
  }
  throw apiFailed(source, method);
}

/** Messages are text or, from older nodes, text in hex. */
function plainText(message: string): string {
  return Hex.safeParse(message).success ? Buffer.from(message, 'hex').toString('utf8') : message;
}
