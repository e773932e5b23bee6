import { AssayError } from '../core/assayError.ts';
import type { Attestation } from './attestation.ts';
import { countKeys, countKeysInText } from './countKeys.ts';
import { malformed } from './errors.ts';
import { readAttestation } from './readAttestation.ts';

/**
 * The longest attestation that is read, in bytes and in characters: 32 MiB, room for a report of some
 * 200,000 addresses. Readers of files and URLs stop there.
 */
export const maxAttestationLength = 32 * 1024 * 1024;

/**
 * The attestation in a JSON text. Signed is the canonical form (RFC 8785), so that white space and
 * the order of keys are free; a key that stands twice in one object is refused, since two readers
 * could take two different values for what was signed.
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
  const attestation = readAttestation(parseJson(text));
  if (countKeysInText(text) !== countKeys(attestation)) throw malformed('it has a key twice');
  return attestation;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the document: it is not passed on.
    throw malformed('it is not JSON');
  }
}
