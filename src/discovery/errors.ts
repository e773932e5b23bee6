import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceError, sourceResponseInvalid } from '../core/sourceErrors.ts';

/**
 * Constructors of the errors of issuers' feeds. Each names the feed by its redacted URL and never
 * carries what it wrote.
 */

/** Neither the registry nor the caller says where the feed is. */
export function feedUrlMissing(kind: string): AssayError {
  return new AssayError('DISCOVERY_URL_MISSING', {
    message: `the registry does not say where the feed ${kind} is`,
    fix: `Give its URL with --url ${kind}=URL.`,
    facts: { kind },
  });
}

/** Never quotes the URL: one that does not parse may hold its key anywhere. */
export function feedUrlInvalid(kind: string, what: string): AssayError {
  return new AssayError('SOURCE_URL_INVALID', {
    message: `the URL of the feed ${kind} ${what}`,
    fix: 'Write https://host/path, with user and password percent-encoded.',
    facts: { kind },
  });
}

/** An answer that says no in JSON; its code is shown if it is a number and nothing more. */
export function feedRefused(source: SourceRef, code: string): AssayError {
  const shown = /^-?\d{1,10}$/.test(code) ? ` ${code}` : '';
  return sourceResponseInvalid(source, `answered with an error${shown} of its own`);
}

/** A list without entries of the asset. */
export function listEmpty(source: SourceRef): AssayError {
  return sourceError('DISCOVERY_LIST_EMPTY', source, 'lists no address on Bitcoin');
}

/** @param what completes "the feed …": what is too many */
export function listTooLong(source: SourceRef, what: string, limit: number): AssayError {
  return sourceError('DISCOVERY_LIST_TOO_LONG', source, `${what}; assay reads ${limit} at most`, {
    facts: { limit },
  });
}

/** @param what completes "the feed …": how the last reading did not fit together */
export function listChanged(source: SourceRef, what: string, readings: number): AssayError {
  return sourceError(
    'DISCOVERY_LIST_CHANGED',
    source,
    `${what}, and it did not hold still in ${readings} readings`,
    { facts: { readings } },
  );
}
