import { z } from 'zod';

/** More proofs than this in one file are not read at all. */
export const maxProofs = 100_000;

const address = z.string().min(1).max(120);
const signature = z.string().min(1).max(400_000);

/** What a custodian sends back: the challenge as it was signed, and the proofs for its addresses. */
export const ProofFile = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    schema: z.literal('assay.proofs/1'),
    message: z
      .string()
      .min(1)
      .max(2000)
      .meta({ description: 'What `assay registry challenge` wrote, to the letter.' }),
    proofs: z
      .array(
        z.union([
          z
            .strictObject({ address, signature })
            .meta({ description: 'A signature by BIP-322 or BIP-137.' }),
          z
            .strictObject({
              address,
              signatures: z.array(signature).min(1).max(20),
              script: z.string().regex(/^(?:[0-9a-f]{2}){1,10000}$/),
            })
            .meta({ description: 'Signatures of m keys of an m-of-n script, each by BIP-137.' }),
        ]),
      )
      .min(1)
      .max(maxProofs)
      .meta({ description: 'Each address once.' }),
  })
  .meta({ title: 'assay proofs', description: 'Signatures over a challenge, address by address.' });

export type ProofFile = z.infer<typeof ProofFile>;

/** The proof of one address. */
export type ProofEntry = ProofFile['proofs'][number];
