import { InvalidArgumentError } from 'commander';
import { formatTime, UnixTime } from '../core/unixTime.ts';

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** A whole number of at most nine digits, written as such: no sign, no exponent, no hex. */
export function parseWholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}

/** A whole number of at least one. */
export function parsePositive(value: string): number {
  const number = parseWholeNumber(value);
  if (number === 0) throw new InvalidArgumentError('It must be at least 1.');
  return number;
}

/** A moment, as ISO 8601 in UTC to the second or as Unix seconds. */
export function parseTime(value: string): UnixTime {
  if (/^\d{1,10}$/.test(value)) return UnixTime(Number(value));
  const seconds = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value)
    ? Date.parse(value) / 1000
    : Number.NaN;
  // The parser of dates may move 31 February to March.
  if (seconds >= 0 && formatTime(UnixTime(seconds)) === value) return UnixTime(seconds);
  throw new InvalidArgumentError('It must be a time as 2026-11-01T12:00:00Z, or Unix seconds.');
}
