import { z } from 'zod';
import { ChainId } from '../src/core/caip.ts';
import { UnixTime } from '../src/core/unixTime.ts';

/** What a benchmark's server tells of the reading that is to be made: see `mempoolServer.ts`. */
export const ReadingSetting = z.object({
  point: z.object({
    chain: z.string().transform(ChainId),
    height: z.int(),
    hash: z.string(),
    time: z.int().transform(UnixTime),
  }),
  scripts: z.array(z.object({ address: z.string(), script: z.string() })),
  /** What the scripts hold, in satoshis. */
  held: z.bigint(),
});
