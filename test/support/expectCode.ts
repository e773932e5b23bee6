import { expect } from 'vitest';
import { AssayError } from '../../src/core/assayError.ts';
import type { ErrorCode } from '../../src/core/errorCodes.ts';

/** Runs what must fail and answers its error, after checking that it is an AssayError of the code. */
export async function expectCode(run: () => unknown, code: ErrorCode): Promise<AssayError> {
  let thrown: unknown;
  try {
    await run();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof AssayError)) {
    expect.fail(
      thrown === undefined ? `nothing was thrown, not ${code}` : `threw ${String(thrown)}`,
    );
  }
  expect(thrown.code).toBe(code);
  return thrown;
}
