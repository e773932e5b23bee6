import { AssayError } from '../core/assayError.ts';

/** A key file that is not one, or asks for what no key file should. */
export function malformedKeystore(what: string): AssayError {
  return new AssayError('KEYSTORE_MALFORMED', { message: `the key file ${what}` });
}
