import { z } from 'zod';
import { TimeText, unsignedText } from '../unsignedText.ts';

/**
 * Answers of Sui's GraphQL service, as far as a supply takes them.
 *
 * @see https://docs.sui.io/references/sui-graphql
 */

const base58 = '[1-9A-HJ-NP-Za-km-z]';

/** Of a checkpoint: 32 bytes. */
export const SuiDigest = z.string().regex(new RegExp(`^${base58}{32,44}$`), 'is no digest');

export const Checkpoint = z.object({
  sequenceNumber: z.int().min(0),
  digest: SuiDigest,
  timestamp: TimeText,
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The digest of the genesis checkpoint: whole in base58, or, until early 2026, four bytes in hex. */
export const ChainIdentifier = z
  .string()
  .regex(new RegExp(`^(?:[0-9a-f]{8}|${base58}{32,44})$`), 'is no chain identifier');

/** Null where the chain has no such coin; a supply of null is not known, and never 0. */
export const CoinMetadata = z
  .object({
    decimals: z.int().min(0).max(255).nullable(),
    symbol: z.string().nullable(),
    supply: unsignedText(64).nullable(),
  })
  .nullable();
export type CoinMetadata = z.infer<typeof CoinMetadata>;

/** A GraphQL response; the messages of its errors are the server's and never shown. */
export const GraphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.unknown() }).nullish() })).nullish(),
});

/** The codes that the service gives to errors, as far as they are known. */
export const GraphqlErrorCode = z.enum([
  'BAD_USER_INPUT',
  'FEATURE_UNAVAILABLE',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTERNAL_SERVER_ERROR',
  'REQUEST_TIMEOUT',
  'RESOURCE_EXHAUSTED',
]);
