import { afterEach, expect, it, vi } from 'vitest';
import { judge } from './judge.ts';
import { notableSeeds } from './notableSeeds.ts';
import { createSchedule } from './schedule.ts';
import { runSimulation, type SimulationResult } from './simulation.ts';
import { createTally } from './tally.ts';
import { createVirtualSurroundings } from './virtualSurroundings.ts';
import { installVirtualTime, type VirtualTime } from './virtualTime.ts';

// The network and its timers; the sources above them are the program's own.
vi.mock('undici', async (original) => ({
  ...(await original<object>()),
  ...(await import('./inProcessWire.ts')),
}));
vi.mock('node:net', async (original) => ({
  ...(await original<object>()),
  connect: (await import('./inProcessWire.ts')).connect,
}));
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<object>()),
  setTimeout: (await import('./inProcessWire.ts')).sleep,
}));

/** `SEED=17` runs that schedule alone; `SEED=5000 SCHEDULES=10000` so many from there on. */
const first = Number(process.env.SEED ?? 1);
const schedules = Number(process.env.SCHEDULES ?? (process.env.SEED === undefined ? 1_000 : 1));

let time: VirtualTime | undefined;
afterEach(() => time?.uninstall());

async function simulate(seed: number): Promise<SimulationResult> {
  time = installVirtualTime(0);
  try {
    return await runSimulation(createSchedule(seed), createVirtualSurroundings(time));
  } finally {
    time.uninstall();
  }
}

it(`gives no wrong verdict and mixes no states in ${schedules} schedules from seed ${first} on`, {
  timeout: 300_000 + 300 * schedules,
}, async () => {
  const tally = createTally();
  for (let seed = first; seed < first + schedules; seed++) {
    const result = await simulate(seed).catch((thrown: unknown) => {
      throw new Error(`the schedule with SEED=${seed} could not be run`, { cause: thrown });
    });
    tally.add(result.schedule, result, judge(result));
  }
  const counts = Object.fromEntries(tally.counts);
  expect(tally.failures, `of these schedules: ${JSON.stringify(counts)}`).toEqual([]);
  // A simulation in which nothing is ever known tests nothing.
  if (schedules < 1_000) return;
  const share = (name: string) => (tally.counts.get(name) ?? 0) / schedules;
  expect(share('backed')).toBeGreaterThan(0.3);
  expect(share('under-backed')).toBeGreaterThan(0.15);
  expect(share('indeterminate')).toBeGreaterThan(0.1);
  expect(share('compared')).toBeGreaterThan(0.8);
  expect(share('live')).toBeGreaterThan(0.4);
  for (const name of ['rests on bounds', 'lower bound', 'disputed']) {
    expect(tally.counts.get(name), name).toBeGreaterThan(0);
  }
});

it.each(notableSeeds)('$what (seed $seed)', async ({ seed, verdict }) => {
  const result = await simulate(seed);
  const judgement = judge(result);
  expect(judgement.faults).toEqual([]);
  expect(judgement.compared).toBe(true);
  expect(judgement.verdict).toBe(verdict);
});

it('is the same in every run of a seed', async () => {
  const once = await simulate(7);
  const again = await simulate(7);
  expect(again.outcome).toEqual(once.outcome);
  expect(again.elapsed).toBe(once.elapsed);
});
