import { z } from 'zod';
import { BackingStatus, verdict } from './backing.ts';
import { digest, isoTime, signerAddress, unixTime } from './figures.ts';

export const Keys = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        address: signerAddress,
        notBefore: unixTime.optional().describe('From when the key signs.'),
      }),
    ),
  })
  .describe('The keys that sign the attestations of this service.');

export const Verification = z
  .strictObject({
    verifies: z.literal(true),
    id: digest,
    signer: signerAddress,
    asset: z.string(),
    verdict: verdict.describe('What was attested; it may well be `under-backed`.'),
    observedAt: unixTime,
    observedAtIso: isoTime,
    validUntil: unixTime,
    validUntilIso: isoTime,
    notProven: z.array(z.string()),
  })
  .describe(
    'An attestation that passed every check; one that does not is a problem with status 422.',
  );

export type Verification = z.infer<typeof Verification>;

export const Liveness = z.strictObject({ status: z.literal('ok') });

export const Readiness = z.strictObject({
  status: z.literal('ready'),
  assets: z.array(z.strictObject({ id: z.string(), status: BackingStatus })),
});

export const ShieldsBadge = z
  .strictObject({
    schemaVersion: z.literal(1),
    label: z.string(),
    message: z.string().min(1),
    color: z.string(),
    isError: z.boolean().describe('True unless backed: shields.io then keeps the colour.'),
    cacheSeconds: z.literal(300).describe('What shields.io keeps a badge for, at least.'),
  })
  .describe('The endpoint schema of shields.io.');

export type ShieldsBadge = z.infer<typeof ShieldsBadge>;
