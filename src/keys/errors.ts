import { AssayError } from '../core/assayError.ts';

/** A key file that is not one, or asks for what no key file should. */
export function malformedKeystore(what: string): AssayError {
  return new AssayError('KEYSTORE_MALFORMED', { message: `the key file ${what}` });
}

/** The system's code for a failed file operation (`ENOENT`), without its text. */
export function systemCode(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) return String(thrown.code);
  return 'unknown';
}

/** A file that cannot be read or written; only the system's code is passed on. */
export function unreadable(path: string, doing: string, thrown: unknown): AssayError {
  return new AssayError('FILE_UNREADABLE', {
    message: `${path} could not be ${doing} (${systemCode(thrown)})`,
  });
}
