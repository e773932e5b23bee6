import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { Reason } from '../reconcile/reconciliation.ts';
import type { LiabilityInput } from '../reconcile/sumLiability.ts';
import { faultOf, type SourceOutcome } from './askSources.ts';
import type { LiabilityReading } from './observeLiability.ts';
import { reportOpinions } from './reportOpinions.ts';

type Liability = NonNullable<Report['supply']['liability']>;

/** What the reconciliation takes off the supplies, and at which rates. */
export function liabilityInput({
  excluded,
  rates,
}: LiabilityReading): Pick<LiabilityInput, 'exclusions' | 'rates'> {
  return {
    exclusions: excluded.map(({ token, holder, amount, countedAs }) => ({
      token,
      holder,
      amount: known(amount),
      ...(countedAs && { countedAs }),
    })),
    rates: rates.flatMap(({ tokens, rate, decimals }) =>
      tokens.map((token) => ({ token, rate: known(rate), decimals })),
    ),
  };
}

/** Why rates are not known: then there is no limit to what is owed. */
export function rateFaults(reading: LiabilityReading | null): readonly Reason[] {
  return (reading?.rates ?? []).flatMap(({ feed, rate }) =>
    rate instanceof AssayError ? [{ ...faultOf(rate), subject: feed }] : [],
  );
}

/** Why excluded holdings are not known: then the supplies limit what is owed from above. */
export function holdingFaults(reading: LiabilityReading | null): readonly Reason[] {
  return (reading?.excluded ?? []).flatMap(({ token, amount }) =>
    amount instanceof AssayError ? [{ ...faultOf(amount), subject: token }] : [],
  );
}

/** The `liability` of a report's supply; left out where the supply is the plain sum. */
export function reportLiability(
  reading: LiabilityReading | null,
): Pick<Report['supply'], 'liability'> {
  if (reading === null) return {};
  return {
    liability: {
      excluded: reading.excluded.map(
        ({ token, holder, reason, amount, point, around, outcomes, countedAs }) => ({
          token,
          holder,
          reason,
          ...(countedAs && { countedAs: [...countedAs] }),
          amount: textOf(amount),
          point,
          around: around ?? null,
          ...opinions(amount, outcomes),
        }),
      ),
      rates: reading.rates.map(({ tokens, feed, rate, decimals, point, outcomes }) => ({
        tokens: [...tokens],
        feed,
        rate: textOf(rate),
        decimals,
        point,
        ...opinions(rate, outcomes),
      })),
    },
  };
}

/** Who said what of a figure, and why it is not known. */
function opinions(
  figure: bigint | AssayError,
  outcomes: readonly SourceOutcome<bigint>[],
): Pick<Liability['rates'][number], 'agreement' | 'observations' | 'fault'> {
  return {
    ...reportOpinions(figure, outcomes, (amount) => amount),
    ...(figure instanceof AssayError && { fault: faultOf(figure) }),
  };
}

function textOf(figure: bigint | AssayError): string | null {
  return known(figure)?.toString() ?? null;
}

function known(figure: bigint | AssayError): bigint | null {
  return figure instanceof AssayError ? null : figure;
}
