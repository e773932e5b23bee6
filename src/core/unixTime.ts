import { AssayError } from './assayError.ts';
import type { Branded } from './branded.ts';

/** Whole seconds since 1970-01-01T00:00:00Z. */
export type UnixTime = Branded<number, 'UnixTime'>;

/** The last second that ISO 8601 can write with a four-digit year. */
const latest = 253_402_300_799;

/** @throws AssayError AMOUNT_OUT_OF_RANGE if it is no whole number of seconds up to the year 9999 */
export function UnixTime(seconds: number): UnixTime {
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > latest) {
    throw new AssayError('AMOUNT_OUT_OF_RANGE', { message: `${seconds} is not a time in seconds` });
  }
  return seconds as UnixTime;
}

/** A time as ISO 8601 in UTC to the second: `2026-11-22T10:00:00Z`. */
export function formatTime(time: UnixTime): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z');
}
