import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import type { SourceOutcome } from './askSources.ts';

/** A figure as it was found at one attempt, and what each source said of it. */
interface Attempt {
  readonly amount: bigint | AssayError;
  readonly outcomes: readonly SourceOutcome<unknown>[];
}

/** Whether the sources contradict each other. */
export function isSplit({ amount }: Attempt): boolean {
  return amount instanceof AssayError && amount.code === 'SUPPLY_SOURCES_DISAGREE';
}

/**
 * What is known of a figure after one more attempt. Where sources were split over it, it counts only if
 * every source that gave a value before gives one again: else whoever contradicts, be it another source
 * of the same operator, would be out of the way by being late or rate-limited once, and what it
 * contradicted would stand.
 *
 * @param attempts all so far, the earliest first
 */
export function settleSplit<T extends Attempt>(attempts: readonly T[]): T | undefined {
  const last = attempts.at(-1);
  const earlier = attempts.slice(0, -1);
  const split = earlier.findLast(isSplit);
  if (last === undefined || split === undefined || isSplit(last)) return last;
  const again = new Set(answeringOf(last));
  const isHeardAgain = earlier.flatMap(answeringOf).every((source) => again.has(source));
  return isHeardAgain ? last : split;
}

/** Those that gave a value. */
function answeringOf({ outcomes }: Attempt): readonly SourceRef[] {
  return outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.source] : []));
}
