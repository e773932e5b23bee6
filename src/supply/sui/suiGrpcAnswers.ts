import { z } from 'zod';
import { UnixTime } from '../../core/unixTime.ts';
import { SuiDigest } from './suiAnswers.ts';

/**
 * Messages of Sui's gRPC interface, once decoded, as far as a supply takes them.
 *
 * @see https://docs.sui.io/references/fullnode-protocol
 */

const Uint64 = z
  .bigint()
  .min(0n)
  .max(2n ** 64n - 1n);

/** A number of 64 bits that has to be exact as a number. */
const SafeNumber = Uint64.max(BigInt(Number.MAX_SAFE_INTEGER)).transform(Number);

/** Cut to the whole second. */
const Timestamp = z
  .object({ seconds: z.bigint().min(0n), nanos: z.int().min(0).max(999_999_999) })
  .refine(({ seconds }) => seconds <= 253_402_300_799n, 'is after the year 9999')
  .transform(({ seconds }) => UnixTime(Number(seconds)));

export const ServiceInfoMessage = z.object({ chainId: SuiDigest });

export const CheckpointMessage = z.object({
  checkpoint: z.object({
    sequenceNumber: SafeNumber,
    digest: SuiDigest,
    summary: z.object({ timestamp: Timestamp }),
  }),
});

/** What of a coin the server does not see, since it is wrapped, is left out: not known, and never 0. */
export const CoinInfoMessage = z.object({
  coinType: z.string().max(1024),
  metadata: z
    .object({ decimals: z.int().min(0).max(255).optional(), symbol: z.string().optional() })
    .optional(),
  treasury: z.object({ totalSupply: Uint64.optional() }).optional(),
});
