import { z } from 'zod';

const text = z.string().optional().catch(undefined);
const keys = z.array(z.string()).catch([]);
const sources = z.record(z.string(), z.unknown()).catch({});

/**
 * What can be read of an asset.json that breaks its schema, so that one mistake does not hide the
 * others. For findings only: nothing of it becomes an asset.
 */
export const ReadableAsset = z
  .object({
    id: text,
    reserveChain: text,
    sources,
    deployments: z
      .array(
        z
          .object({
            token: text,
            kind: text,
            decimals: z.number().optional().catch(undefined),
            provenance: keys,
          })
          .catch({ provenance: [] }),
      )
      .catch([]),
  })
  .catch({ sources: {}, deployments: [] });

export type ReadableAsset = z.infer<typeof ReadableAsset>;

/** As `ReadableAsset`, for a reserves.json. */
export const ReadableReserves = z
  .object({
    sources,
    addresses: z
      .array(
        z
          .object({ address: text, since: text, until: text, provenance: keys })
          .catch({ provenance: [] }),
      )
      .catch([]),
  })
  .catch({ sources: {}, addresses: [] });

export type ReadableReserves = z.infer<typeof ReadableReserves>;
