import type { Clock } from '../../src/http/clock.ts';

/** A clock that stands still but for the waiting, which takes no time. */
export interface TestClock extends Clock {
  /** All waits so far, in milliseconds. */
  readonly sleeps: readonly number[];
}

export function createTestClock(start = Date.UTC(2026, 0, 1)): TestClock {
  const sleeps: number[] = [];
  let now = start;
  return {
    sleeps,
    now: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      now += milliseconds;
    },
    random: () => 0.5,
  };
}
