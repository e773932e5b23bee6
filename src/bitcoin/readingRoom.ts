import type { SourceRef } from '../core/source.ts';
import { sourceAnswerUnbounded } from '../core/sourceErrors.ts';

/** How much of what a source lists is held at once during one reading. */
export interface ReadingRoom {
  /** @throws AssayError SOURCE_RESPONSE_TOO_LARGE if there is no room for so many more */
  take(entries: number): void;
  /** What is no longer held. */
  release(entries: number): void;
}

/** Transactions and outputs of the scripts that are read: 100 MB to 200 MB, of whatever kind. */
const mostEntries = 500_000;

/**
 * Makes room for one reading. Each answer is bounded by itself; a server that always has one page more
 * would fill the memory all the same.
 */
export function createReadingRoom(source: SourceRef, most: number = mostEntries): ReadingRoom {
  let held = 0;
  return {
    take(entries) {
      if (held + entries > most) {
        throw sourceAnswerUnbounded(source, 'one reading', `of more than ${most} entries`);
      }
      held += entries;
    },
    release(entries) {
      held -= entries;
    },
  };
}
