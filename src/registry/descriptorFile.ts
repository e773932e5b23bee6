import { z } from 'zod';
import { registryText } from './registryText.ts';

/** More descriptors than this in one file are not read at all. */
export const maxDescriptors = 1000;

const index = z.int().min(0).max(0x7fff_ffff);

/** Output descriptors that the issuer or the custodian published, with who says so, where and when. */
export const DescriptorFile = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    schema: z.literal('assay.descriptors/1'),
    by: registryText(200).meta({ description: 'The issuer or custodian that published them.' }),
    source: registryText(500).meta({
      description: 'Where: a URL, or a document with its version.',
    }),
    date: z.iso.date().meta({ description: 'When that was read, or last changed.' }),
    descriptors: z
      .array(
        z.strictObject({
          descriptor: z.string().min(1).max(20_000).meta({
            description: 'Public, with its checksum (BIP-380).',
          }),
          from: index.meta({ description: 'The first value of `*`; 0 where there is none.' }),
          to: index.meta({ description: 'The last value of `*`; 0 where there is none.' }),
        }),
      )
      .min(1)
      .max(maxDescriptors),
  })
  .meta({
    title: 'assay descriptors',
    description: 'Published descriptors from which custody addresses are derived.',
  });

export type DescriptorFile = z.infer<typeof DescriptorFile>;
