import { z } from 'zod';
import { ratio, sats } from './figures.ts';

export const grade = z
  .enum(['proven', 'derived', 'published', 'claimed'])
  .describe(
    "How well it is shown that the custodian controls the address: by a signature over assay's challenge, by a published descriptor from which it was recomputed, by the issuer's word, or by somebody else's.",
  );

const share = z.strictObject({
  addresses: z.int().min(0),
  sats: sats.nullable().describe('Null is unknown, which is not zero.'),
  ratio: ratio.nullable().describe('Of the whole supply; null where the ratio is.'),
});

export const Grades = z
  .strictObject({ proven: share, derived: share, published: share, claimed: share })
  .describe('The reserves by the grade of their addresses, as of the audited block.');
