import type { z } from 'zod';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';

/**
 * What a server said, in the shape that its interface promises; the parse ends at the first fault. Errors
 * name the place, never the value.
 *
 * @param what names the request
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  value: unknown,
  source: SourceRef,
  what: string,
): T {
  const parsed = parseToFirstFault(schema, value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.issue;
  const where = path.map(String).join('.') || 'the answer';
  throw sourceResponseInvalid(source, `answered ${what} wrongly: ${where}: ${message}`);
}
