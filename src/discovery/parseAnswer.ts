import { z } from 'zod';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { maxListed } from './discovery.ts';
import { listTooLong } from './errors.ts';

/** A list whose entries are not looked at yet. */
export const UnreadList = z.array(z.unknown());

/**
 * JSON from outside as what its interface promises.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID that names the field and quotes nothing
 */
export function parseAnswer<T>(schema: z.ZodType<T>, value: unknown, source: SourceRef): T {
  return parseAt([], schema, value, source);
}

/**
 * The entries of a list; that it is too long is known before the first of them is looked at.
 *
 * @param name of the field that holds the list
 * @throws AssayError DISCOVERY_LIST_TOO_LONG, SOURCE_RESPONSE_INVALID
 */
export function parseEntries<T>(
  schema: z.ZodType<T>,
  list: readonly unknown[],
  name: string,
  source: SourceRef,
): readonly T[] {
  if (list.length > maxListed) {
    throw listTooLong(source, `lists ${list.length} entries in one answer`, maxListed);
  }
  return list.map((entry, index) => parseAt([name, index], schema, entry, source));
}

function parseAt<T>(
  path: readonly PropertyKey[],
  schema: z.ZodType<T>,
  value: unknown,
  source: SourceRef,
): T {
  const parsed = parseToFirstFault(schema, value);
  if (parsed.success) return parsed.data;
  const where = [...path, ...parsed.issue.path].map(String).join('.') || 'the answer';
  throw sourceResponseInvalid(
    source,
    `does not keep to its interface: ${where}: ${parsed.issue.message}`,
  );
}
