import { z } from 'zod';

const address = z.string().min(1).max(120);
const signature = z.string().min(1).max(400_000);

/** What a custodian sends back: the challenge as it was signed, and the proofs for its addresses. */
export const ProofFile = z.strictObject({
  $schema: z.string().max(400).optional(),
  schema: z.literal('assay.proofs/1'),
  /** The challenge, to the letter. */
  message: z.string().min(1).max(2000),
  proofs: z
    .array(
      z.union([
        /** BIP-322 or BIP-137. */
        z.strictObject({ address, signature }),
        /** Signatures of m keys of a script, each by BIP-137. */
        z.strictObject({
          address,
          signatures: z.array(signature).min(1).max(20),
          script: z.string().regex(/^(?:[0-9a-f]{2}){1,10000}$/),
        }),
      ]),
    )
    .min(1)
    .max(100_000),
});

export type ProofFile = z.infer<typeof ProofFile>;
