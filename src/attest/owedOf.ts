import { tokenKey } from '../core/accountKey.ts';
import { AssayError } from '../core/assayError.ts';
import { TokenId } from '../core/caip.ts';
import { type Owed, sumOwed } from '../reconcile/sumOwed.ts';
import { contradiction } from './errors.ts';
import type { Report } from './report.ts';

/**
 * What is owed, or what limits it, by the figures of a report alone.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH where a deployment, a holding, a copy or a rate is
 * given twice, or is of no deployment
 */
export function owedOf({ deployments, liability }: Report['supply']): Owed {
  // As its deployment writes it, so that one token is one to the sum.
  const names = new Map(deployments.map(({ token }) => [tokenKey(token), TokenId(token)]));
  const named = (token: string) => names.get(tokenKey(token)) ?? TokenId(token);
  try {
    return sumOwed(
      deployments.map(({ token, amount, decimals }) => ({
        token: TokenId(token),
        amount: amount === null ? null : BigInt(amount),
        decimals,
      })),
      liability && {
        exclusions: liability.excluded.map(({ token, holder, countedAs, amount }) => ({
          token: named(token),
          holder,
          amount: amount === null ? null : BigInt(amount),
          ...(countedAs && { countedAs: countedAs.map(named) }),
        })),
        rates: liability.rates.flatMap(({ tokens, rate, decimals }) =>
          tokens.map((token) => ({
            token: named(token),
            rate: rate === null ? null : BigInt(rate),
            decimals,
          })),
        ),
      },
    );
  } catch (cause) {
    if (!(cause instanceof AssayError)) throw cause;
    throw contradiction('supply.liability', `cannot be: ${cause.message}`);
  }
}
