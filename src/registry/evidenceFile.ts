import { z } from 'zod';
import { DescriptorFile } from './descriptorFile.ts';
import { ProofFile } from './proofFile.ts';

/** `addresses/<id>/evidence/*.json`: why an address is graded better than by somebody's word. */
export const EvidenceFile = z.discriminatedUnion('schema', [ProofFile, DescriptorFile]).meta({
  title: 'assay evidence',
  description: 'Proofs of control that were recorded, or descriptors that were published.',
});

export type EvidenceFile = z.infer<typeof EvidenceFile>;

/** The schema that a value says it follows; undefined where it names none of them. */
export function evidenceSchemaOf(
  value: unknown,
): typeof ProofFile | typeof DescriptorFile | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return undefined;
  return [ProofFile, DescriptorFile].find((one) => one.shape.schema.value === value.schema);
}
