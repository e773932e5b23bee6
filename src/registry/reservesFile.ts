import { z } from 'zod';
import { ProvenanceKeys, ProvenanceSources } from './provenanceSource.ts';
import { registryText } from './registryText.ts';

/** More addresses than this in one file are not read at all. */
export const maxAddresses = 200_000;

/** One custody address, as reserves.json writes it. */
export const CustodyEntry = z.strictObject({
  address: z.string().max(100).meta({
    description: 'Base58 or bech32, of the reserve chain; bech32 in lower case.',
  }),
  custodian: registryText(200).meta({ description: 'Who holds the keys.' }),
  provenance: ProvenanceKeys,
  since: z.iso.date().optional().meta({
    description: "First day on which the coins here were the asset's.",
  }),
  until: z.iso.date().optional().meta({
    description: "Last day on which the coins here were the asset's.",
  }),
  note: registryText(1000).optional(),
});

export type CustodyEntry = z.infer<typeof CustodyEntry>;

/** `addresses/<id>/reserves.json`: the addresses at which the asset's coins are kept. */
export const ReservesFile = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    schema: z.literal('assay.reserves/1'),
    sources: ProvenanceSources,
    addresses: z.array(CustodyEntry).max(maxAddresses),
  })
  .meta({ title: 'assay reserves', description: 'The custody addresses of a wrapped asset.' });

export type ReservesFile = z.infer<typeof ReservesFile>;
