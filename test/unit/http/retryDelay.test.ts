import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { retryDelay } from '../../../src/http/retryDelay.ts';

describe('retryDelay', () => {
  it('does what the server asks for, up to 15 seconds', () => {
    const ask = (retryAfterSeconds: number) =>
      retryDelay(new AssayError('SOURCE_RATE_LIMITED', { facts: { retryAfterSeconds } }));
    expect(ask(0)).toBe(0);
    expect(ask(15)).toBe(15_000);
    expect(ask(16)).toBeUndefined();
  });

  it('asks once more where that may help, and else does not', () => {
    expect(retryDelay(new AssayError('SOURCE_RATE_LIMITED'))).toBe(1_000);
    expect(retryDelay(new AssayError('SOURCE_UNREACHABLE'))).toBe(250);
    expect(retryDelay(new AssayError('SOURCE_SERVER_ERROR'))).toBe(250);
    expect(retryDelay(new AssayError('SOURCE_TIMEOUT'))).toBeUndefined();
    expect(retryDelay(new AssayError('SOURCE_UNAUTHORIZED'))).toBeUndefined();
  });
});
