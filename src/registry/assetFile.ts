import { z } from 'zod';
import { bitcoinNetworks } from '../core/bitcoinNetwork.ts';
import { maxStandingSeconds } from '../core/maxStandingSeconds.ts';
import { maxDecimals, maxIdLength, maxLockboxKeyLength } from '../core/reportLimits.ts';
import { ControlEntry } from './controlEntry.ts';
import { DiscoveryEntry } from './discoveryEntry.ts';
import { FeedEntry } from './feedEntry.ts';
import { LiabilityEntry } from './liabilityEntry.ts';
import { LockboxEntries } from './lockboxEntry.ts';
import { ProvenanceKeys, ProvenanceSources } from './provenanceSource.ts';
import { registryText } from './registryText.ts';

/** The id of an asset, and the name of its folder. */
export const AssetId = z
  .string()
  .max(maxIdLength)
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, {
    error: 'must be lower-case letters and digits, joined by dots or hyphens',
  });

/** What an asset's policy is unless its file says otherwise. */
export const policyDefaults = {
  confirmations: 6,
  /** No more than the moment of a block is in doubt that has not yet five others above it. */
  maxSkewSeconds: 7200,
  /** Six blocks take an hour as a rule; a source that shows older ones follows the chain no more. */
  maxAgeSeconds: 21_600,
  validForSeconds: 21_600,
  quorum: 1,
  /** As often as the registry asks for a review. */
  maxProofAgeDays: 90,
} as const;

const policy = z
  .strictObject({
    confirmations: z
      .int()
      .min(1)
      .max(1000)
      .default(policyDefaults.confirmations)
      .meta({ description: 'Blocks that bury the audited state, its own included.' }),
    maxSkewSeconds: z.int().min(0).max(604_800).default(policyDefaults.maxSkewSeconds).meta({
      description:
        'Past this distance of the two sides in time, and what the Bitcoin moment may lie off: indeterminate.',
    }),
    maxAgeSeconds: z
      .int()
      .min(1)
      .max(maxStandingSeconds)
      .default(policyDefaults.maxAgeSeconds)
      .meta({ description: 'Past this age of the audited Bitcoin moment: indeterminate.' }),
    validForSeconds: z
      .int()
      .min(1)
      .max(maxStandingSeconds)
      .default(policyDefaults.validForSeconds)
      .meta({ description: 'How long an attestation stands.' }),
    quorum: z
      .int()
      .min(1)
      .max(20)
      .default(policyDefaults.quorum)
      .meta({ description: 'How many operators must agree on each figure.' }),
    maxProofAgeDays: z
      .int()
      .min(1)
      .max(3650)
      .default(policyDefaults.maxProofAgeDays)
      .meta({ description: 'How long a signed challenge keeps its address proven.' }),
  })
  .prefault({});

const coverage = z.strictObject({
  status: z.enum(['complete', 'partial', 'retired']).meta({
    description:
      'partial: something is missing, and `missing` says what; retired: no longer audited.',
  }),
  missing: z
    .array(
      z.strictObject({
        side: z.enum(['reserves', 'supply']),
        what: registryText(500).meta({ description: 'What the registry lacks.' }),
        why: registryText(1000).meta({ description: 'Why it lacks it.' }),
      }),
    )
    .max(100)
    .default([]),
});

/** One token contract or mint, as asset.json writes it. */
export const DeploymentEntry = z.strictObject({
  token: z.string().max(171).meta({
    description: 'CAIP-19; addresses/README.md tells the form for each kind of chain.',
    pattern: '^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}/[-a-z0-9]{3,8}:[-.%a-zA-Z0-9]{1,128}$',
  }),
  kind: z.enum(['canonical', 'bridged']).meta({
    description:
      'canonical: minted and burnt by the issuer; bridged: a copy of tokens locked elsewhere, never counted.',
  }),
  decimals: z.int().min(0).max(maxDecimals),
  symbol: registryText(40).optional().meta({ description: "Where it is not the asset's." }),
  lockbox: z.string().max(maxLockboxKeyLength).optional().meta({
    description:
      'A key of `lockboxes`: where the tokens lie that this is a copy of. A bridged deployment names it or says "unknown"; a canonical one only if part of it is such a copy.',
  }),
  supplySlot: z
    .string()
    .regex(/^(?:0x[0-9a-f]{64}|0|[1-9]\d{0,4})$/)
    .optional()
    .meta({
      description:
        'The storage slot of the total supply, 32 bytes in hex or a small integer, once known; of the proxy itself where the token is one.',
    }),
  provenance: ProvenanceKeys,
  note: registryText(1000).optional(),
});

export type DeploymentEntry = z.infer<typeof DeploymentEntry>;

/** `addresses/<id>/asset.json`: what the asset is, where its tokens are, what is not known. */
export const AssetFile = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    schema: z.literal('assay.asset/1'),
    id: AssetId.meta({ description: 'The name of the folder.' }),
    name: registryText(200),
    symbol: registryText(40),
    issuer: registryText(200),
    reserveChain: z.enum(bitcoinNetworks.map((network) => network.chain)).meta({
      description: `CAIP-2 of the Bitcoin network: ${bitcoinNetworks.map((network) => `${network.chain} is ${network.name}`).join(', ')}.`,
    }),
    policy,
    coverage,
    pool: AssetId.optional().meta({
      description:
        'The name of the shared pool, where the coins also back other assets: each declares it.',
    }),
    sources: ProvenanceSources,
    deployments: z.array(DeploymentEntry).max(1000),
    lockboxes: LockboxEntries.optional(),
    liability: LiabilityEntry.optional(),
    feeds: z.array(FeedEntry).max(100).optional().meta({
      description: 'On-chain feeds about the asset: compared, never counted.',
    }),
    control: z.array(ControlEntry).max(100).optional().meta({
      description: 'Contracts and accounts that decide over the tokens, and what belongs to them.',
    }),
    discovery: z.array(DiscoveryEntry).max(50).optional().meta({
      description: 'Where custody addresses are published, for `assay registry discover`.',
    }),
    disclosures: z
      .array(z.url({ protocol: /^https$/ }).max(500))
      .max(50)
      .optional()
      .meta({ description: 'Where the issuer publishes its own figures.' }),
    reviewBy: z.iso.date().optional().meta({
      description: 'The day by which somebody should have looked at the entry again.',
    }),
    notes: z.array(registryText(1000)).max(50).optional(),
  })
  .meta({ title: 'assay asset', description: 'A wrapped asset under audit.' });

export type AssetFile = z.infer<typeof AssetFile>;
