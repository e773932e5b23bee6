import type { z } from 'zod';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';

/**
 * What a server said, in the shape that its interface promises. Errors name the place, never the value.
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
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'the answer';
  throw sourceResponseInvalid(source, `answered ${what} wrongly: ${where}: ${issue?.message}`);
}
