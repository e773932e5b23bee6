import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';

/**
 * Where a file grows until it is whole: a hidden one of the same folder, which nobody else has, with a
 * name that is no longer where the file's own is.
 */
export function partOf(path: string): string {
  return join(dirname(path), `.assay-${randomUUID()}.part`);
}
