import { z } from 'zod';
import { HeightText, TimeText, unsignedText } from '../unsignedText.ts';

/**
 * Answers of a Cosmos SDK node's REST API (the gRPC gateway), as far as a supply takes them.
 *
 * @see https://github.com/cosmos/cosmos-sdk/tree/main/proto/cosmos
 */

/** `sdk_block` and the older `block` say the same of the header; new nodes may leave the old one out. */
const BlockContent = z
  .object({
    header: z.object({
      chain_id: z.string().max(64),
      height: HeightText,
      time: TimeText,
    }),
  })
  .nullish();

/** `GET /cosmos/base/tendermint/v1beta1/blocks/{height}` and `/latest`. */
export const BlockAnswer = z
  .object({
    block_id: z.object({
      hash: z
        .string()
        .regex(/^[A-Za-z0-9+/]{43}=$/, 'is no hash')
        .transform((text) => Buffer.from(text, 'base64').toString('hex')),
    }),
    block: BlockContent,
    sdk_block: BlockContent,
  })
  .transform(({ block_id, block, sdk_block }, context) => {
    const header = (sdk_block ?? block)?.header;
    if (header) return { hash: block_id.hash, ...header };
    context.addIssue('has no header');
    return z.NEVER;
  });

/** `GET /cosmos/bank/v1beta1/supply/by_denom`: 0 also for a denomination that does not exist. */
export const SupplyAnswer = z.object({
  amount: z.object({ denom: z.string(), amount: unsignedText(256) }),
});

/** `GET /cosmos/bank/v1beta1/balances/{address}/by_denom`: 0 also for an account that does not exist. */
export const BalanceAnswer = z.object({
  balance: z.object({ denom: z.string(), amount: unsignedText(256) }),
});

/** `GET /cosmos/bank/v1beta1/denoms_metadata_by_query_string`. */
export const MetadataAnswer = z.object({
  metadata: z.object({
    base: z.string(),
    display: z.string(),
    symbol: z.string(),
    denom_units: z.array(z.object({ denom: z.string(), exponent: z.int().min(0) })).max(64),
  }),
});
export type DenomMetadata = z.infer<typeof MetadataAnswer>['metadata'];

/** The same, of a denomination that has metadata of whatever content. */
export const AnyMetadataAnswer = z.object({ metadata: z.object({ base: z.string() }) });

/** A gRPC error as the gateway writes it; its message is the server's and never shown. */
export const GrpcFault = z.object({ code: z.int().min(1).max(1000), message: z.string() });

/** Of gRPC's codes. */
export const grpcInvalidArgument = 3;
export const grpcNotFound = 5;

const outOfReach = new RegExp(
  [
    'is not available, lowest height is',
    'failed to load state at height',
    'version mismatch',
    'version does not exist',
    'no commit info found',
    'bigger then the chain length',
    'less than or equal to the current blockchain height',
    'height in the future',
  ].join('|'),
  'i',
);

/** Whether the server says that it has no block, or no state, of the height that was asked for. */
export function saysOutOfReach(value: unknown): boolean {
  const fault = GrpcFault.safeParse(value);
  return fault.success && outOfReach.test(fault.data.message);
}

/** The oldest height that the server names when it has dropped another. */
export function lowestHeight(value: unknown): string | undefined {
  const fault = GrpcFault.safeParse(value);
  return /lowest height is (\d{1,15})\b/.exec(fault.data?.message ?? '')?.[1];
}
