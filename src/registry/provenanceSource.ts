import { z } from 'zod';
import { registryText } from './registryText.ts';

/** A short name by which entries refer to a source of the same file. */
export const SourceKey = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: 'must be lower-case words joined by hyphens' });

/** Who says so, where and when; written once per file and referred to by its key. */
export const ProvenanceSource = z
  .strictObject({
    kind: z.enum(['published', 'derived', 'claimed']).meta({
      description:
        'published: by the issuer or custodian itself; derived: from a key that they published; claimed: by anybody else.',
    }),
    by: registryText(200).meta({ description: 'Who says so.' }),
    source: registryText(500).meta({
      description: 'Where: a URL, or a document with its version.',
    }),
    date: z.iso.date().meta({ description: 'When that was read, or last changed.' }),
    note: registryText(1000).optional(),
  })
  .meta({ description: 'Who says so, where and when.' });

export type ProvenanceSource = z.infer<typeof ProvenanceSource>;

/** The sources of a file by their keys. */
export const ProvenanceSources = z.record(SourceKey, ProvenanceSource).meta({
  description: 'Each source once; entries name it by its key.',
});

/** The keys of the sources that vouch for an entry. */
export const ProvenanceKeys = z
  .array(SourceKey)
  .min(1, { error: 'must name at least one of the sources' })
  .max(20)
  .meta({ description: 'Keys of `sources`; at least one.' });
