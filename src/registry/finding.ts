import { type ErrorCode, errorCodes } from '../core/errorCodes.ts';
import { printableText } from './printableText.ts';

/** One fault of the registry: what, where, and what to do. */
export interface Finding {
  readonly code: ErrorCode;
  /** Relative to the registry's directory, with forward slashes: `wbtc/reserves.json`. */
  readonly file: string;
  /** JSON pointer (RFC 6901) to the place in the file; empty for the file as a whole. */
  readonly pointer: string;
  readonly message: string;
  readonly fix: string;
}

/** A place in a registry file. */
export interface Place {
  readonly file: string;
  readonly pointer: string;
}

/** A finding; what the file's author controls in it is made fit to print. */
export function createFinding(
  code: ErrorCode,
  place: Place,
  message: string,
  fix: string = errorCodes[code].fix,
): Finding {
  return {
    code,
    file: printableText(place.file, 300),
    pointer: printableText(place.pointer, 300),
    message: printableText(message, 1000),
    fix: printableText(fix, 500),
  };
}

/** The JSON pointer (RFC 6901) of a path: `['a', 0, 'b/c']` is `/a/0/b~1c`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
