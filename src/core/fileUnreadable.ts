import { AssayError } from './assayError.ts';
import { readSystemFailure } from './systemFailure.ts';

/**
 * The one error of files and folders that cannot be read or written. It says why, as the operating
 * system does, and what to do about that.
 *
 * @param what what was tried, with the file: `cannot read assay.json`
 * @param thrown what the operation threw
 */
export function fileUnreadable(what: string, thrown: unknown): AssayError {
  const failure = readSystemFailure(thrown);
  return new AssayError('FILE_UNREADABLE', {
    message: failure ? `${what}: ${failure.reason}` : what,
    ...(failure?.fix !== undefined && { fix: failure.fix }),
    cause: thrown,
  });
}
