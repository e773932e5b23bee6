import type { AssayError } from '../core/assayError.ts';
import { countOperators } from '../core/findAgreement.ts';
import type { Fault } from '../core/source.ts';
import { faultOf, type SourceOutcome, supportersOf } from './askSources.ts';

/** What one source said of a figure of a token chain, as a report carries it. */
export interface ReportedOpinion {
  readonly source: string;
  readonly operator: string;
  readonly kind: string;
  readonly amount: string | null;
  readonly agrees: boolean;
  readonly fault?: Fault;
}

/**
 * Who said what of a figure, one entry per outcome, and how many operators stand behind it: who gives two
 * figures agrees with none.
 */
export function reportOpinions<T>(
  figure: bigint | AssayError,
  outcomes: readonly SourceOutcome<T>[],
  amountOf: (value: T) => bigint,
): {
  readonly agreement: { operators: number; of: number };
  readonly observations: ReportedOpinion[];
} {
  const supporters = supportersOf(outcomes, (value) => amountOf(value) === figure);
  return {
    agreement: {
      operators: countOperators(supporters),
      of: countOperators(outcomes.map(({ source }) => source)),
    },
    observations: outcomes.map((outcome) => {
      const { id, operator, kind } = outcome.source;
      const base = { source: id, operator, kind };
      return 'error' in outcome
        ? { ...base, amount: null, agrees: false, fault: faultOf(outcome.error) }
        : {
            ...base,
            amount: amountOf(outcome.value).toString(),
            agrees: supporters.some(({ source }) => source === outcome.source),
          };
    }),
  };
}
