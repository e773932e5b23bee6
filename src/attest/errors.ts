import { AssayError } from '../core/assayError.ts';
import type { FirstFault } from '../core/parseToFirstFault.ts';

/** A document whose form is not an attestation's, with the first place that is wrong. */
export function malformed(what: string, cause?: unknown): AssayError {
  return new AssayError('ATTESTATION_MALFORMED', {
    message: `the document is not an attestation: ${what}`,
    cause,
  });
}

/** The first fault of a document, with its place; text of the document is cut short. */
export function malformedAt({ path, message }: FirstFault): AssayError {
  const pointer = `/${path.map(String).join('/')}`.slice(0, 120);
  return new AssayError('ATTESTATION_MALFORMED', {
    message: `the attestation is malformed at ${pointer}: ${message.slice(0, 200)}`,
    facts: { pointer },
  });
}

/** A signed statement, or its report, that contradicts itself. */
export function contradiction(field: string, what: string): AssayError {
  return new AssayError('ATTESTATION_STATEMENT_MISMATCH', {
    message: `${field} ${what}`,
    facts: { field },
  });
}

/** A signature that is not, or cannot be, the signer's over the statement. */
export function badSignature(what: string, cause?: unknown): AssayError {
  return new AssayError('ATTESTATION_SIGNATURE_INVALID', {
    message: `the signature ${what}`,
    cause,
  });
}
