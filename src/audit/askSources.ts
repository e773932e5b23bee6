import type { AssayError } from '../core/assayError.ts';
import type { Opinion } from '../core/findAgreement.ts';
import type { Fault, SourceRef } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';

/** The outcome of asking one source: its answer, or the error that it ended in. */
export type SourceOutcome<T> =
  | { readonly source: SourceRef; readonly value: T }
  | { readonly source: SourceRef; readonly error: AssayError };

/** Asks all sources at once; an error counts as absence of its source and stops nobody else. */
export async function askSources<S extends { readonly source: SourceRef }, T>(
  sources: readonly S[],
  ask: (source: S) => Promise<T>,
): Promise<SourceOutcome<T>[]> {
  return Promise.all(
    sources.map(async (source) => {
      try {
        return { source: source.source, value: await ask(source) };
      } catch (thrown) {
        return { source: source.source, error: toAssayError(thrown) };
      }
    }),
  );
}

/** The answers alone, each with its operator. */
export function opinionsOf<T>(outcomes: readonly SourceOutcome<T>[]): Opinion<T>[] {
  return outcomes.flatMap((outcome) =>
    'value' in outcome ? [{ operator: outcome.source.operator, value: outcome.value }] : [],
  );
}

/** An error as a report carries it. */
export function faultOf(error: AssayError): Fault {
  return { code: error.code, message: error.message.slice(0, 1000) };
}
