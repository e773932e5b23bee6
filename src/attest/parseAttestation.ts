import { AssayError } from '../core/assayError.ts';
import { describeJsonFault, readJson } from '../core/readJson.ts';
import { type JsonBounds, type JsonFault, valuesWithin } from '../core/scanJson.ts';
import type { Attestation } from './attestation.ts';
import { malformed } from './errors.ts';
import { readAttestation } from './readAttestation.ts';

/**
 * The longest attestation that is read, in bytes and in characters: 32 MiB, room for a report of some
 * 200,000 addresses. Readers of files and URLs stop there.
 */
export const maxAttestationLength = 32 * 1024 * 1024;

/** What is read of an attestation that may be so long; no report nests deeper or has a longer text. */
export function attestationBounds(length: number): JsonBounds {
  return { length, depth: 32, values: valuesWithin(length), members: 1000, string: 16_384 };
}

/**
 * The attestation in a JSON text. Signed is the canonical form (RFC 8785), so that white space and
 * the order of keys are free; a key that stands twice in one object is refused, since two readers
 * could take two different values for what was signed. Length, depth and number of values are bounded
 * before anything is built, and the first fault ends it.
 *
 * @throws AssayError ATTESTATION_TOO_LARGE (before anything is parsed), ATTESTATION_MALFORMED,
 * ATTESTATION_VERSION_UNKNOWN
 */
export function parseAttestation(text: string): Attestation {
  if (text.length > maxAttestationLength) {
    throw new AssayError('ATTESTATION_TOO_LARGE', {
      message: `the document has ${text.length} characters; an attestation has at most ${maxAttestationLength}`,
      facts: { length: text.length, limit: maxAttestationLength },
    });
  }
  const reading = readJson(text, attestationBounds(text.length));
  if (reading.ok) return readAttestation(reading.value);
  throw malformedJson(reading.fault);
}

/** A text that is not the JSON of an attestation. */
export function malformedJson(fault: JsonFault): AssayError {
  return malformed(`${said[fault.kind]} (${describeJsonFault(fault)})`);
}

const said = {
  syntax: 'it is not JSON',
  repeated: 'it has a key twice',
  bound: 'no report is so large',
} as const;
