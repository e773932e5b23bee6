import { setTimeout as wait } from 'node:timers/promises';
import type { SourceRef } from '../core/source.ts';
import { readingCancelled } from '../core/sourceErrors.ts';

/** Time and chance, as far as waiting for a server needs them; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason once that is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
  random: () => Math.random(),
};

/**
 * Waits before a source is asked again.
 *
 * @throws AssayError SOURCE_TIMEOUT, or what the signal carries, if the reading is cancelled by then
 */
export async function waitFor(
  milliseconds: number,
  clock: Clock,
  source: SourceRef,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    throw signal?.aborted ? readingCancelled(source, signal) : error;
  }
  if (signal?.aborted) throw readingCancelled(source, signal);
}
