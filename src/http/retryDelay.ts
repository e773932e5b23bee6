import type { AssayError } from '../core/assayError.ts';

/** Longer waits are not worth a reading: the caller is told instead. */
const longestSeconds = 15;

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
