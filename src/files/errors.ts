import { AssayError } from '../core/assayError.ts';
import { readSystemFailure } from '../core/systemFailure.ts';

/** The system's code for a failed file operation (`ENOENT`), without its text. */
export function systemCode(thrown: unknown): string {
  return readSystemFailure(thrown)?.code ?? 'unknown';
}

/** A file that is never written over, whatever is asked for. */
export function protectedFile(path: string, what: string): AssayError {
  return new AssayError('FILE_PROTECTED', { message: `${path} ${what}; it was left alone` });
}

/** A file that is there already. */
export function fileExists(path: string): AssayError {
  return new AssayError('FILE_EXISTS', { message: `${path} is there already; it was left alone` });
}
