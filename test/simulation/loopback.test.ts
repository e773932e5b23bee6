import { expect, it } from 'vitest';
import { judge } from './judge.ts';
import { createLoopbackSurroundings } from './loopbackSurroundings.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { runSimulation } from './simulation.ts';
import { createTally } from './tally.ts';

/** Faults that would make real time pass. */
const slow: ReadonlySet<string> = new Set(['hangs', 'slow']);

const schedules = Array.from({ length: 60 }, (_, index) => createSchedule(100_001 + index)).filter(
  isQuick,
);

function isQuick({ bitcoin, supply }: Schedule): boolean {
  return [...bitcoin, ...supply].every(
    ({ fault }) =>
      !fault || (!slow.has(fault.kind) && !('how' in fault && fault.how === 'rate-limited')),
  );
}

it('is right over real connections, too, whatever comes first', async () => {
  expect(schedules.length).toBeGreaterThan(25);
  const tally = createTally();
  for (const schedule of schedules) {
    await using surroundings = createLoopbackSurroundings();
    const result = await runSimulation(schedule, surroundings);
    tally.add(schedule, result, judge(result));
  }
  expect(tally.failures).toEqual([]);
  expect(tally.counts.get('backed')).toBeGreaterThan(5);
  expect(tally.counts.get('under-backed')).toBeGreaterThan(0);
});
