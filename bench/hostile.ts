import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { measureHostileBundles } from './hostileBundles.ts';
import { measureHostileClients } from './hostileClients.ts';

/**
 * What others' input costs at most: what clients send to a service, and files that somebody hands out.
 * Figures of the cases tried, each against the bound that it must keep.
 */
export const benchmark: Benchmark = {
  name: 'hostile',
  async run(): Promise<readonly BenchmarkResult[]> {
    return [...(await measureHostileClients()), ...(await measureHostileBundles())];
  },
};

/** The worst of what was tried, against its bound. */
export function worstOf(
  name: string,
  unit: string,
  figures: readonly number[],
  limit: number,
): BenchmarkResult {
  const measured = Math.max(...figures);
  return {
    name,
    unit,
    measured,
    reference: 'the bound',
    referenceValue: limit,
    ratio: measured / limit,
    bound: 'at most',
    limit: 1,
  };
}
