import { AssayError } from '../core/assayError.ts';
import { consistentOpinions, findAgreement, type Opinion } from '../core/findAgreement.ts';
import { isDenial } from '../core/isDenial.ts';
import type { Fault, ReadContext, SourceRef } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';

/** The outcome of asking one source: its answer, or the error that it ended in. */
export type SourceOutcome<T> =
  | { readonly source: SourceRef; readonly value: T }
  | { readonly source: SourceRef; readonly error: AssayError };

/** How long those who are slow are waited for. */
export interface Patience {
  /** For one answer, in milliseconds, whatever the others do. */
  readonly deadlineMs: number;
  /**
   * Once enough others have answered, in milliseconds; or a quarter of the time that those took, where
   * that is longer.
   */
  readonly graceMs: number;
}

/** A scan of the whole UTXO set may take minutes; then those who need one get longer, too. */
export const defaultPatience: Patience = { deadlineMs: 900_000, graceMs: 5_000 };

/**
 * Asks all sources at once; an error counts as absence of its source and stops nobody else. As soon as
 * `isEnough` holds for the outcomes so far, the others have a short grace; then they count as absent
 * (SOURCE_NOT_AWAITED) and their readings are aborted.
 *
 * @throws the signal's reason, and asks nobody, if the caller has given up already; one that gives up
 * meanwhile makes every outcome still awaited an error
 */
export async function askSources<S extends { readonly source: SourceRef }, T>(
  sources: readonly S[],
  ask: (source: S, context: ReadContext) => Promise<T>,
  context: ReadContext = {},
  isEnough: (outcomes: readonly SourceOutcome<T>[]) => boolean = () => false,
  { deadlineMs, graceMs }: Patience = defaultPatience,
): Promise<SourceOutcome<T>[]> {
  context.signal?.throwIfAborted();
  const begin = performance.now();
  const outcomes = new Map<S, SourceOutcome<T>>();
  const lateness = new Map(sources.map((source) => [source, new AbortController()]));
  const timers: NodeJS.Timeout[] = [];

  const giveUpAfter = (milliseconds: number, why: string) => {
    const timer = setTimeout(() => {
      for (const [source, controller] of lateness) {
        if (!outcomes.has(source)) controller.abort(tooLate(source.source, why));
      }
    }, milliseconds);
    timers.push(timer);
  };
  giveUpAfter(deadlineMs, `within ${Math.round(deadlineMs / 1000)} s`);

  let isGrace = false;
  const settle = (source: S, outcome: SourceOutcome<T>) => {
    if (outcomes.has(source)) return;
    outcomes.set(source, outcome);
    if (isGrace || outcomes.size === sources.length || !isEnough([...outcomes.values()])) return;
    isGrace = true;
    giveUpAfter(Math.max(graceMs, (performance.now() - begin) / 4), 'when enough others had');
  };

  try {
    await Promise.all(
      sources.map(async (source) => {
        const { signal } = lateness.get(source) ?? new AbortController();
        const both = context.signal ? AbortSignal.any([context.signal, signal]) : signal;
        const late = new Promise<never>((_, reject) => {
          both.addEventListener('abort', () => reject(both.reason), { once: true });
        });
        try {
          // Given up while another was being asked: no event tells of that any more.
          both.throwIfAborted();
          // A source that does not heed the signal is not waited for either.
          const value = await Promise.race([ask(source, { ...context, signal: both }), late]);
          settle(source, { source: source.source, value });
        } catch (thrown) {
          settle(source, { source: source.source, error: toAssayError(thrown) });
        }
      }),
    );
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  return sources.flatMap((source) => outcomes.get(source) ?? []);
}

function tooLate({ id }: SourceRef, why: string): AssayError {
  return new AssayError('SOURCE_NOT_AWAITED', {
    message: `${id} had not answered ${why}`,
    facts: { source: id },
  });
}

/** Whether exactly one answer has the quorum: see `findAgreement`. */
export function isAgreed<T>(
  quorum: number,
  keyOf: (value: T) => string,
): (outcomes: readonly SourceOutcome<T>[]) => boolean {
  return (outcomes) => findAgreement(opinionsOf(outcomes), quorum, keyOf).kind === 'agreed';
}

/** An answer, and whose it is. */
export interface SourceOpinion<T> extends Opinion<T> {
  readonly source: SourceRef;
}

/**
 * The answers alone, each with its operator. Of an operator one of whose sources denies that there is
 * such a figure none is an opinion: see `isDenial`.
 */
export function opinionsOf<T>(outcomes: readonly SourceOutcome<T>[]): SourceOpinion<T>[] {
  const denying = new Set(
    outcomes.flatMap((outcome) =>
      'error' in outcome && isDenial(outcome.error.code) ? [outcome.source.operator] : [],
    ),
  );
  return outcomes.flatMap((outcome) =>
    'value' in outcome && !denying.has(outcome.source.operator)
      ? [{ operator: outcome.source.operator, source: outcome.source, value: outcome.value }]
      : [],
  );
}

/** The answers that stand behind a figure: who gives it, and none whose operator gives another one, too. */
export function supportersOf<T>(
  outcomes: readonly SourceOutcome<T>[],
  isFigure: (value: T) => boolean,
): readonly SourceOpinion<T>[] {
  return consistentOpinions(
    opinionsOf(outcomes),
    (one, other) => isFigure(one.value) === isFigure(other.value),
  ).filter(({ value }) => isFigure(value));
}

/** An error as a report carries it. */
export function faultOf(error: AssayError): Fault {
  return { code: error.code, message: error.message.slice(0, 1000).toWellFormed() };
}
