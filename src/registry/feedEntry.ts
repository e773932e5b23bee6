import { z } from 'zod';
import { contractText } from './contractText.ts';
import { ProvenanceKeys } from './provenanceSource.ts';
import { registryText } from './registryText.ts';

/** An on-chain feed that says something about the asset; a claim to compare, never counted. */
export const FeedEntry = z.strictObject({
  contract: contractText(),
  kind: z.enum(['chainlink-por', 'chainlink-exchange-rate']).meta({
    description:
      'chainlink-por: what the feed says the reserve is; chainlink-exchange-rate: how much BTC a token stands for.',
  }),
  name: registryText(200),
  decimals: z.int().min(0).max(36),
  heartbeatSeconds: z.int().min(1).max(31_536_000).optional().meta({
    description: 'How long its answer may stand; left out where it is not known.',
  }),
  provenance: ProvenanceKeys,
  note: registryText(1000).optional(),
});

export type FeedEntry = z.infer<typeof FeedEntry>;
