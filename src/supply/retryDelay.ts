import type { AssayError } from '../core/assayError.ts';

/** Longer waits are not worth a reading: the caller is told instead. */
const longestSeconds = 15;

/** What Retry-After (RFC 9110, 10.2.3) asks for in seconds, not below zero; undefined if nothing. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000));
}

/** Milliseconds to wait before asking once more; undefined where that is pointless. */
export function retryDelay(error: AssayError): number | undefined {
  const asked = error.facts.retryAfterSeconds;
  if (typeof asked === 'number') return asked > longestSeconds ? undefined : asked * 1000;
  switch (error.code) {
    case 'SOURCE_RATE_LIMITED':
      return 1000;
    case 'SOURCE_SERVER_ERROR':
    case 'SOURCE_UNREACHABLE':
      return 250;
    default:
      return undefined;
  }
}
