import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { parseRetryAfter, retryDelay } from '../../../src/supply/retryDelay.ts';

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');

  it.each([
    ['7', 7],
    ['0', 0],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['9999999999', undefined],
    [null, undefined],
  ])('reads %j as %j seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});

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
