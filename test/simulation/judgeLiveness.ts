import { misleadingOperators, soundOperators } from './leagues.ts';
import { patience, type SimulatedSource, type SimulationResult } from './simulation.ts';

/** What no source can help. */
const excused: ReadonlySet<string> = new Set(['SKEW_EXCEEDED', 'POINT_STALE']);

/** With enough sound operators: attempts, and in each the stages that wait for others a little. */
const longestMs = 5 * (6 * (patience.graceMs + 2_000) + 2_000);

/**
 * With enough operators that are sound, and too few that mislead, an audit ends in a verdict, however
 * many others are silent, slow or behind; and it does not wait for those for long.
 */
export function judgeLiveness({ schedule, bitcoin, supply, outcome, elapsed }: SimulationResult): {
  readonly expected: boolean;
  readonly faults: readonly string[];
} {
  const chains = [...new Set(schedule.tokens.map(({ chain }) => chain))];
  const sides = [
    bitcoin,
    ...chains.map((chain) => supply.filter(({ plan }) => 'chain' in plan && plan.chain === chain)),
  ];
  const expected =
    schedule.depthAsked === undefined &&
    sides.every((sources) => isEnough(sources, schedule.quorum));
  if (!expected || !('report' in outcome)) return { expected, faults: [] };
  const faults: string[] = [];
  const { verdict, reasons } = outcome.report;
  const inexcusable = reasons.filter(({ code }) => !excused.has(code));
  if (verdict === 'indeterminate' && inexcusable.length > 0) {
    const told = inexcusable.map(({ code, message }) => `${code} (${message})`);
    faults.push(`knows no verdict although enough sources are sound: ${told.join('; ')}`);
  }
  if (elapsed > longestMs) faults.push(`took ${elapsed} ms although enough sources are sound`);
  return { expected, faults };
}

function isEnough(sources: readonly SimulatedSource[], quorum: number): boolean {
  return soundOperators(sources).size >= quorum && misleadingOperators(sources).size < quorum;
}
