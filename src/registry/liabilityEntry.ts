import { z } from 'zod';
import { contractText } from './contractText.ts';
import { ProvenanceKeys } from './provenanceSource.ts';
import { registryText } from './registryText.ts';

/** Why tokens that exist are owed to nobody, or are counted where they stand a second time. */
export const exclusionReasons = ['lockbox', 'unissued', 'burnt', 'other'] as const;

function tokenText(description: string) {
  return z.string().max(171).meta({ description });
}

/** A holding that is taken off the supply, as asset.json writes it. */
export const ExclusionEntry = z.strictObject({
  token: tokenText('The canonical deployment of this asset that the holding is of: its CAIP-19.'),
  holder: z.string().min(1).max(128).meta({
    description:
      "The account or contract on the token's chain, as that chain writes it (for EVM: with its EIP-55 checksum).",
  }),
  reason: z.enum(exclusionReasons).meta({
    description:
      'lockbox: what lies there is counted again as a canonical deployment elsewhere; unissued: minted, and still with the issuer; burnt: where nobody can move it.',
  }),
  provenance: ProvenanceKeys,
  note: registryText(1000).optional(),
});

/** How much BTC tokens stand for, where that is not one, as asset.json writes it. */
export const RateEntry = z.strictObject({
  tokens: z
    .array(tokenText('A canonical deployment that accrues value: its CAIP-19.'))
    .min(1)
    .max(1000)
    .meta({ description: 'The deployments that the rate is for: each by its name, none implied.' }),
  feed: contractText().describe(
    'The contract of an entry of `feeds`, of kind chainlink-exchange-rate, on any chain.',
  ),
  provenance: ProvenanceKeys,
});

/** What the issuer owes: the canonical supplies, less these holdings, at these rates. */
export const LiabilityEntry = z
  .strictObject({
    exclude: z.array(ExclusionEntry).max(500).default([]),
    rates: z.array(RateEntry).max(100).optional(),
  })
  .meta({
    description:
      'What the issuer owes where that is not the sum of the canonical supplies: less excluded holdings, each at its rate.',
  });

export type LiabilityEntry = z.infer<typeof LiabilityEntry>;
