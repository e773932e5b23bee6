import { expect, it } from 'vitest';
import { parseRetryAfter } from '../../../src/core/parseRetryAfter.ts';

const now = Date.UTC(2026, 0, 1);

it.each([
  ['120', 120],
  ['0', 0],
  [' 5 ', 5],
  ['Thu, 01 Jan 2026 00:01:30 GMT', 90],
  ['Thursday, 01-Jan-26 00:00:01 GMT', 1],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
])('reads "%s" as %i seconds', (header, seconds) => {
  expect(parseRetryAfter(header, now)).toBe(seconds);
});

it.each(['', 'soon', '-1', '1.5', '2026-01-02', '99999999999999'])(
  'takes nothing from "%s"',
  (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  },
);

it('takes nothing from a header that is not there', () => {
  expect(parseRetryAfter(null, now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});

it('reads the first of several headers', () => {
  expect(parseRetryAfter(['3', '9'], now)).toBe(3);
});
