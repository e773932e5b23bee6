import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';

/**
 * A block that a source names has to be at or below its own newest one, read after all else.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function checkBelowTip(source: SourceRef, height: number, tipHeight: number): void {
  if (height <= tipHeight) return;
  throw sourceResponseInvalid(source, `names block ${height}, and its newest one is ${tipHeight}`);
}
