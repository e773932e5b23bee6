import { AssayError } from '../core/assayError.ts';
import { findAgreement } from '../core/findAgreement.ts';
import { opinionsOf, type SourceOpinion, type SourceOutcome } from './askSources.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

/** A figure of a token chain with those who agree on it, or why it is not known. */
export type AgreedFigure<T> =
  | { readonly amount: bigint; readonly members: readonly SourceOpinion<T>[] }
  | { readonly amount: AssayError; readonly members: readonly [] };

/**
 * What enough operators say of a supply, a holding or a rate: see `findAgreement`.
 *
 * @param what the figure in words, in the plural: it comes after a number of several
 */
export function agreeOnFigure<T>(
  outcomes: readonly SourceOutcome<T>[],
  quorum: number,
  amountOf: (value: T) => bigint,
  what: string,
): AgreedFigure<T> {
  const agreement = findAgreement(opinionsOf(outcomes), quorum, (value) => `${amountOf(value)}`);
  switch (agreement.kind) {
    case 'agreed': {
      const { members } = agreement;
      return { amount: amountOf(members[0].value), members };
    }
    case 'disagreed': {
      const message = `the sources give ${agreement.values} different ${what}`;
      return { amount: new AssayError('SUPPLY_SOURCES_DISAGREE', { message }), members: [] };
    }
    case 'short':
      return { amount: lackOfQuorum('SUPPLY_QUORUM_NOT_MET', outcomes, quorum), members: [] };
  }
}
