import { AssayError } from '../core/assayError.ts';
import type { ErrorCode } from '../core/errorCodes.ts';
import type { SourceOutcome } from './askSources.ts';

/** What a source says when its chain changed under the reading; another attempt may succeed. */
const moves: ReadonlySet<ErrorCode> = new Set([
  'BITCOIN_REORGANISED',
  'BITCOIN_STATE_MOVED',
  'SUPPLY_REORGANISED',
  'SOURCE_TIP_WENT_BACK',
]);

/**
 * The first outcome that tells of a chain that moved while it was read, as an error to start the
 * audit again with. A block above the tip counts too: asked for are only blocks that the source had
 * a moment ago, so that its tip must have gone back in the middle of a reorganisation.
 */
export function findMove(outcomes: readonly SourceOutcome<unknown>[]): AssayError | undefined {
  for (const outcome of outcomes) {
    if (!('error' in outcome)) continue;
    const { error } = outcome;
    if (moves.has(error.code)) return error;
    if (error.code === 'BITCOIN_HEIGHT_ABOVE_TIP') {
      return new AssayError('BITCOIN_REORGANISED', { message: error.message, cause: error });
    }
  }
  return undefined;
}

/** Whether a thrown error is one that `findMove` gives. */
export function isMove(thrown: unknown): thrown is AssayError {
  return thrown instanceof AssayError && moves.has(thrown.code);
}
