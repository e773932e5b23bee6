import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '../core/assayError.ts';
import type { ReadContext } from '../core/source.ts';
import { isMove } from './findMove.ts';

/** Waits between two attempts; rejects when the signal is aborted. */
export type Pause = (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;

/** How often something is read because a block that it was read for was reorganised away. */
const attempts = 5;
/** Before the second attempt; doubled before each further one: a reorganisation takes a moment. */
const firstPauseMs = 250;

/**
 * What is read once the chain holds still: a reading that throws because its chain moved, or that
 * `mayPass`, is made again, a few times. The error of the last move where it never held still.
 *
 * @param read whatever it has under way when it throws is to end with the signal that it is given
 * @throws whatever `read` throws that tells of no move; whatever the signal's abort gives
 */
export async function retryMoved<T>(
  read: (context: ReadContext) => Promise<T>,
  mayPass: (value: T) => boolean,
  context: ReadContext,
  pause: Pause = (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
): Promise<T | AssayError> {
  let moved: AssayError | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(firstPauseMs * 2 ** (attempt - 1), context.signal);
    context.signal?.throwIfAborted();
    const given = new AbortController();
    const { signal } = given;
    try {
      const value = await read({
        ...context,
        signal: context.signal ? AbortSignal.any([context.signal, signal]) : signal,
      });
      if (attempt === attempts - 1 || !mayPass(value)) return value;
    } catch (thrown) {
      given.abort(thrown);
      if (!isMove(thrown)) throw thrown;
      moved = thrown;
    }
  }
  return moved ?? new AssayError('INTERNAL_ERROR');
}
