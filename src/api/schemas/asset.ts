import { z } from 'zod';
import { maxDecimals } from '../../core/reportLimits.ts';
import { chainId, digest, tokenId } from './figures.ts';

export const Provenance = z
  .strictObject({
    kind: z
      .enum(['published', 'derived', 'claimed'])
      .describe(
        'Published by issuer or custodian, derived from a published key, or claimed by others.',
      ),
    by: z.string(),
    source: z.string().describe('Where: a URL, or a document with its version.'),
    date: z.string().describe('When that was read, or last changed: YYYY-MM-DD.'),
    note: z.string().optional(),
  })
  .describe('Who says so, where and when.');

export const Deployment = z
  .strictObject({
    token: tokenId,
    chain: chainId,
    standard: z.string().describe('Namespace of CAIP-19: erc20, token, coin, …'),
    reference: z.string().describe('Address, mint or denomination.'),
    kind: z
      .enum(['canonical', 'bridged'])
      .describe('Minted and burnt by the issuer, or a copy of tokens locked elsewhere.'),
    decimals: z.int().min(0).max(maxDecimals),
    symbol: z.string(),
    lockbox: z
      .string()
      .optional()
      .describe('Where the tokens lie that this is a copy of: CAIP-10, or unknown.'),
    provenance: z.array(Provenance),
    note: z.string().optional(),
  })
  .describe('One token contract or mint on one chain.');

export const AssetSummary = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    symbol: z.string(),
    issuer: z.string(),
    url: z.string().describe('The asset in full.'),
    backingUrl: z.string().describe('Its latest answer.'),
    badgeUrl: z.string(),
  })
  .describe('A wrapped asset under audit.');

export type AssetSummary = z.infer<typeof AssetSummary>;

export const AssetList = z.strictObject({
  assets: z.array(AssetSummary),
  registryDigest: digest.describe('SHA-256 of the canonical JSON of all asset digests by id.'),
});

export const AssetDetail = AssetSummary.extend({
  network: z.strictObject({ name: z.string(), chain: chainId }).describe('Where the reserves are.'),
  policy: z.strictObject({
    confirmations: z.int().min(1).describe('Blocks that bury an audited state, itself included.'),
    maxSkewSeconds: z
      .int()
      .min(0)
      .describe("Past this difference between the two sides' blocks the verdict is indeterminate."),
    maxAgeSeconds: z
      .int()
      .min(1)
      .describe('Past this age of the audited Bitcoin block the verdict is indeterminate.'),
    validForSeconds: z.int().min(1).describe('How long an attestation stands.'),
    quorum: z.int().min(1).describe('How many operators must agree on each figure.'),
    maxProofAgeDays: z
      .int()
      .min(1)
      .describe('How long a signed challenge keeps its address proven.'),
  }),
  coverage: z.strictObject({
    status: z.enum(['complete', 'partial', 'retired']),
    missing: z.array(
      z.strictObject({
        side: z.enum(['reserves', 'supply']),
        what: z.string(),
        why: z.string(),
      }),
    ),
  }),
  deployments: z.array(Deployment),
  custodyAddresses: z.int().min(0).describe('How many; see the reserves for each.'),
  registryDigest: digest.describe("SHA-256 of the canonical JSON of the asset's two files."),
}).describe('A wrapped asset as the registry has it.');

export type AssetDetail = z.infer<typeof AssetDetail>;
