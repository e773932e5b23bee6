import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { Attestation } from './attestation.ts';
import { malformed, malformedAt } from './errors.ts';
import { isKnownVersion } from './statementTypes.ts';

const Envelope = z.looseObject({ schema: z.string().regex(/^assay\.attestation\/\d{1,9}$/) });

/**
 * A JSON value as an attestation of a known version, every field in its form. What it means is not
 * yet checked: see `verifyAttestation`.
 *
 * @throws AssayError ATTESTATION_VERSION_UNKNOWN, ATTESTATION_MALFORMED
 */
export function readAttestation(value: unknown): Attestation {
  const parsed = parseToFirstFault(Attestation, value);
  if (parsed.success) return parsed.data;
  const envelope = Envelope.safeParse(value);
  if (!envelope.success) throw malformed('it has no schema "assay.attestation/…"');
  const { schema } = envelope.data;
  if (!isKnownVersion(schema)) {
    throw new AssayError('ATTESTATION_VERSION_UNKNOWN', {
      message: `the attestation has the version ${schema}, which this program does not know`,
      facts: { schema },
    });
  }
  throw malformedAt(parsed.issue);
}
