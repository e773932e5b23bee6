import { setTimeout as delay } from 'node:timers/promises';

export interface ScheduleOptions {
  /** Seconds from the start of one round to the start of the next. */
  readonly intervalSeconds: number;
  readonly signal: AbortSignal;
  /** Told of what a round threw; the schedule goes on. */
  readonly onError: (thrown: unknown) => void;
}

/**
 * Runs rounds at an interval until the signal is aborted: the first at once, never two at a time. A
 * round that takes longer than the interval is followed by the next without a pause.
 */
export async function runSchedule(
  runRound: (signal: AbortSignal) => Promise<void>,
  options: ScheduleOptions,
): Promise<void> {
  const { intervalSeconds, signal, onError } = options;
  while (!signal.aborted) {
    const due = performance.now() + intervalSeconds * 1000;
    try {
      await runRound(signal);
    } catch (thrown) {
      if (signal.aborted) return;
      onError(thrown);
    }
    try {
      await delay(Math.max(0, due - performance.now()), undefined, { signal });
    } catch {
      return;
    }
  }
}
