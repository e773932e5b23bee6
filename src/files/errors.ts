import { AssayError } from '../core/assayError.ts';

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

/** A file that is never written over, whatever is asked for. */
export function protectedFile(path: string, what: string): AssayError {
  return new AssayError('FILE_PROTECTED', { message: `${path} ${what}; it was left alone` });
}

/** A file that is there already. */
export function fileExists(path: string): AssayError {
  return new AssayError('FILE_EXISTS', { message: `${path} is there already; it was left alone` });
}
