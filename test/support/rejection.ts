import { AssayError } from '../../src/core/assayError.ts';
import type { ErrorCode } from '../../src/core/errorCodes.ts';

/** The `AssayError` that the work ends in; anything else, also success, fails the test. */
export async function rejection(work: () => unknown): Promise<AssayError> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof AssayError) return thrown;
    throw thrown;
  }
  throw new Error('it was accepted');
}

/** The code of the `AssayError` that the work ends in. */
export async function rejectionCode(work: () => unknown): Promise<ErrorCode> {
  return (await rejection(work)).code;
}
