import { AssayError } from '../core/assayError.ts';
import { toAssayError } from '../core/toAssayError.ts';

/** The answer of the first that gives one; where none does, the error of the first. */
export async function firstOf<S, T>(
  sources: readonly S[],
  ask: (source: S) => Promise<T>,
): Promise<T> {
  let failure: AssayError | undefined;
  for (const source of sources) {
    try {
      return await ask(source);
    } catch (thrown) {
      failure ??= toAssayError(thrown);
    }
  }
  throw (
    failure ??
    new AssayError('EVIDENCE_UNAVAILABLE', {
      message: 'no evidence can be given: no source can show what it says',
    })
  );
}
