import type { SimulatedSource } from './simulation.ts';

/** Whether what a source says of a block that it names is as the model has it. */
export function isTruthful({ lie }: SimulatedSource): boolean {
  return lie === undefined;
}

/** The most operators that say the same wrong thing: as a quorum they decide, by design. */
export function largestLeague(sources: readonly SimulatedSource[]): number {
  const leagues = new Map<string, Set<string>>();
  for (const source of sources) {
    const { lie, plan } = source;
    if (lie !== undefined) leagues.set(lie, (leagues.get(lie) ?? new Set()).add(plan.operator));
  }
  return Math.max(0, ...[...leagues.values()].map((operators) => operators.size));
}

/** Operators none of whose sources has any fault. */
export function soundOperators(sources: readonly SimulatedSource[]): ReadonlySet<string> {
  const sound = new Set(sources.map(({ plan }) => plan.operator));
  for (const { plan } of sources) if (plan.fault) sound.delete(plan.operator);
  return sound;
}

/** Operators of sources that answer something else than a sound one would. */
export function misleadingOperators(sources: readonly SimulatedSource[]): ReadonlySet<string> {
  const silent = ['fails', 'hangs', 'slow', 'lags', 'other-network', 'refuses-script'];
  const misleading = sources.filter(({ plan }) => plan.fault && !silent.includes(plan.fault.kind));
  return new Set(misleading.map(({ plan }) => plan.operator));
}
