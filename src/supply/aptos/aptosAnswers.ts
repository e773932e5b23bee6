import { z } from 'zod';
import { UnixTime } from '../../core/unixTime.ts';
import { HeightText, unsignedText } from '../unsignedText.ts';

/**
 * Answers of the Aptos node API, as far as a supply takes them. It writes u64 and u128 as decimal
 * strings, and smaller integers as numbers.
 *
 * @see https://github.com/aptos-labs/aptos-core/blob/main/api/doc/spec.yaml
 */

const microseconds = 1_000_000n;
const latestSecond = 253_402_300_799n;

const U64 = unsignedText(64);

/** `GET /v1`. */
export const LedgerInfo = z.object({
  chain_id: z.int().min(0).max(255),
  oldest_ledger_version: U64,
  block_height: HeightText,
});

/** `GET /v1/blocks/by_height/{height}`. */
export const AptosBlock = z
  .object({
    block_height: HeightText,
    block_hash: z.string().regex(/^0x[0-9a-f]{64}$/, 'is no hash'),
    /** Microseconds; cut to the whole second. */
    block_timestamp: U64.transform((time) => time / microseconds)
      .refine((seconds) => seconds <= latestSecond, 'is no time')
      .transform((seconds) => UnixTime(Number(seconds))),
    first_version: U64,
    last_version: U64,
  })
  .refine((block) => block.first_version <= block.last_version, 'ends before it begins');
export type AptosBlock = z.infer<typeof AptosBlock>;

/** Any refusal; its message is the server's and never shown. */
export const AptosFault = z.object({ error_code: z.string().regex(/^[a-z_]{1,60}$/) });

/** A view function that returns `Option<u128>`: undefined for `None`. */
export const SupplyView = z
  .tuple([z.object({ vec: z.array(unsignedText(128)).max(1) })])
  .transform(([{ vec }]) => ({ supply: vec[0] }));

/** A view function that returns `u64`. */
export const BalanceView = z.tuple([U64]);

/** A view function that returns `bool`. */
export const FlagView = z.tuple([z.boolean()]);

/** A view function that returns `Object`: its address, of which older nodes leave out leading zeros. */
export const ObjectView = z
  .tuple([z.object({ inner: z.string().regex(/^0x[0-9a-f]{1,64}$/, 'is no address') })])
  .transform(([{ inner }]) => `0x${inner.slice(2).padStart(64, '0')}`);

/** A view function that returns `u8`. */
export const DecimalsView = z.tuple([z.int().min(0).max(255)]);

/** A view function that returns `String`. */
export const SymbolView = z.tuple([z.string()]);
