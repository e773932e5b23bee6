import { z } from 'zod';

const text = z.string().optional().catch(undefined);
const keys = z.array(z.string()).catch([]);
const sources = z.record(z.string(), z.object({ date: text }).catch({ date: undefined })).catch({});
const contracts = z
  .array(z.object({ contract: text, kind: text, provenance: keys }).catch({ provenance: [] }))
  .catch([]);
const liability = z
  .object({
    exclude: z
      .array(
        z
          .object({ token: text, holder: text, reason: text, provenance: keys })
          .catch({ provenance: [] }),
      )
      .catch([]),
    rates: z
      .array(
        z
          .object({ tokens: z.array(text).catch([]), feed: text, provenance: keys })
          .catch({ tokens: [], provenance: [] }),
      )
      .catch([]),
  })
  .catch({ exclude: [], rates: [] });

/**
 * What can be read of an asset.json that breaks its schema, so that one mistake does not hide the
 * others. For findings only: nothing of it becomes an asset.
 */
export const ReadableAsset = z
  .object({
    id: text,
    reserveChain: text,
    pool: text,
    reviewBy: text,
    sources,
    deployments: z
      .array(
        z
          .object({
            token: text,
            kind: text,
            decimals: z.number().optional().catch(undefined),
            lockbox: text,
            provenance: keys,
          })
          .catch({ provenance: [] }),
      )
      .catch([]),
    lockboxes: z
      .record(
        z.string(),
        z.object({ contract: text, locks: text, provenance: keys }).catch({ provenance: [] }),
      )
      .catch({}),
    feeds: contracts,
    control: contracts,
    discovery: contracts,
    liability,
  })
  .catch({
    sources: {},
    deployments: [],
    lockboxes: {},
    feeds: [],
    control: [],
    discovery: [],
    liability: { exclude: [], rates: [] },
  });

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
