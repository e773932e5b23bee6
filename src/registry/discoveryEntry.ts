import { z } from 'zod';
import { contractText } from './contractText.ts';
import { ProvenanceKeys } from './provenanceSource.ts';

const url = () =>
  z
    .url({ protocol: /^https$/ })
    .max(500)
    .meta({ description: 'Where it is published, without a page number.' });

/** A place where somebody publishes custody addresses: what `assay registry discover` reads. */
export const DiscoveryEntry = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('wbtc-addresses'), url: url(), provenance: ProvenanceKeys }),
    z.strictObject({ kind: z.literal('cbbtc-json'), url: url(), provenance: ProvenanceKeys }),
    z.strictObject({
      kind: z.literal('okx-asset'),
      url: url()
        .optional()
        .meta({ description: 'Left out where it is not known: to be given when it is read.' }),
      mintedCoinName: z.string().regex(/^[A-Za-z0-9]{1,20}$/),
      provenance: ProvenanceKeys,
    }),
    z.strictObject({
      kind: z.literal('lombard-addresses'),
      url: url(),
      provenance: ProvenanceKeys,
    }),
    z.strictObject({
      kind: z.literal('por-address-list'),
      contract: contractText(),
      provenance: ProvenanceKeys,
    }),
    z.strictObject({
      kind: z.literal('lombard-por'),
      contract: contractText(),
      provenance: ProvenanceKeys,
    }),
    z.strictObject({
      kind: z.literal('wbtc-events'),
      contract: contractText(),
      provenance: ProvenanceKeys,
    }),
    z.strictObject({
      kind: z.literal('fbtc-events'),
      contract: contractText(),
      provenance: ProvenanceKeys,
    }),
  ])
  .meta({ description: 'A feed or contract that lists custody addresses.' });

export type DiscoveryEntry = z.infer<typeof DiscoveryEntry>;
