import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { Reason } from '../reconcile/reconciliation.ts';
import type { LiabilityInput } from '../reconcile/sumLiability.ts';
import { faultOf } from './askSources.ts';
import type { LiabilityReading } from './observeLiability.ts';

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
    rates: rates.map(({ token, rate, decimals }) => ({ token, rate: known(rate), decimals })),
  };
}

/** Why what is owed is not known. */
export function liabilityFaults(reading: LiabilityReading | null): readonly Reason[] {
  const unread = [
    ...(reading?.excluded ?? []).map(({ token, amount }) => ({ token, figure: amount })),
    ...(reading?.rates ?? []).map(({ token, rate }) => ({ token, figure: rate })),
  ];
  return unread.flatMap(({ token, figure }) =>
    figure instanceof AssayError ? [{ ...faultOf(figure), subject: token }] : [],
  );
}

/** The `liability` of a report's supply; left out where the supply is the plain sum. */
export function reportLiability(
  reading: LiabilityReading | null,
): Pick<Report['supply'], 'liability'> {
  if (reading === null) return {};
  return {
    liability: {
      excluded: reading.excluded.map(({ token, holder, reason, amount, countedAs }) => ({
        token,
        holder,
        reason,
        ...(countedAs && { countedAs: [...countedAs] }),
        amount: known(amount)?.toString() ?? null,
      })),
      rates: reading.rates.map(({ token, feed, rate, decimals }) => ({
        token,
        feed,
        rate: known(rate)?.toString() ?? null,
        decimals,
      })),
    },
  };
}

function known(figure: bigint | AssayError): bigint | null {
  return figure instanceof AssayError ? null : figure;
}
