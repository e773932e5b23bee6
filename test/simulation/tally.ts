import type { Judgement } from './judge.ts';
import type { Schedule } from './schedule.ts';
import type { SimulationResult } from './simulation.ts';

/** What many simulations came to. */
export interface Tally {
  readonly counts: ReadonlyMap<string, number>;
  /** One line for each schedule that went wrong. */
  readonly failures: readonly string[];
  add(schedule: Schedule, result: SimulationResult, judgement: Judgement): void;
}

/** Counts verdicts, and how many of the schedules show anything at all. */
export function createTally(): Tally {
  const counts = new Map<string, number>();
  const failures: string[] = [];
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    counts,
    failures,
    add(schedule, { outcome }, { verdict, compared, live, faults }) {
      count(verdict);
      if (compared) count('compared');
      if (live) count('live');
      if ('report' in outcome) {
        const { restsOnBounds, reserves } = outcome.report;
        if (restsOnBounds) count('rests on bounds');
        if (reserves.atLeast) count('lower bound');
        if (reserves.disputes.length > 0) count('disputed');
      }
      if (faults.length === 0) return;
      const again = `SEED=${schedule.seed} npx vitest run --project simulation`;
      failures.push(`${again}: ${faults.join('; ')}`);
    },
  };
}
