import { AssayError } from '../core/assayError.ts';
import { countOperators } from '../core/findAgreement.ts';
import { opinionsOf, type SourceOutcome } from './askSources.ts';

/** The error of the only source where there was only one to ask, else that too few agreed. */
export function lackOfQuorum(
  code: 'BITCOIN_QUORUM_NOT_MET' | 'SUPPLY_QUORUM_NOT_MET',
  outcomes: readonly SourceOutcome<unknown>[],
  quorum: number,
): AssayError {
  const [only] = outcomes;
  if (outcomes.length === 1 && only && 'error' in only) return only.error;
  const operators = countOperators(opinionsOf(outcomes));
  const failures = outcomes.flatMap((outcome) =>
    'error' in outcome ? [`${outcome.source.id}: ${outcome.error.code}`] : [],
  );
  return new AssayError(code, {
    message: `operators that answered alike: ${operators}, needed: ${quorum}${
      failures.length > 0 ? ` (${failures.join('; ')})` : ''
    }`,
    facts: { operators, quorum },
  });
}
