import type { Fixed18 } from '../core/fixed18.ts';
import type { SupplyFigure } from './reconciliation.ts';
import { type Liability, type LiabilityInput, sumLiability } from './sumLiability.ts';
import { sumSupplies } from './sumSupplies.ts';

/** What is owed on the canonical deployments, and where that is not known, what limits it. */
export interface Owed extends Pick<Liability, 'contradictory'> {
  readonly amount: Fixed18 | null;
  /** It is not less; null where `amount` is known, and where nothing is certain. */
  readonly atLeast: { readonly amount: Fixed18; readonly deployments: number } | null;
  /** It is not more; null where `amount` is known, and where no limit is. */
  readonly atMost: Fixed18 | null;
}

/**
 * What is owed by a formula, or as the plain sum of the supplies without one. Reports are made and
 * verified with it alike.
 *
 * @throws AssayError as `sumLiability` does
 */
export function sumOwed(
  supplies: readonly SupplyFigure[],
  formula: Pick<LiabilityInput, 'exclusions' | 'rates'> | undefined,
): Owed {
  const liability = sumLiability({ supplies, ...(formula ?? { exclusions: [], rates: [] }) });
  const amount = formula ? liability.amount : sumSupplies(supplies);
  const { atLeast, boundedBelow, atMost, contradictory } = liability;
  if (amount !== null) return { amount, atLeast: null, atMost: null, contradictory };
  return {
    amount,
    atLeast: atLeast === null ? null : { amount: atLeast, deployments: boundedBelow },
    // Only holdings that are to be taken off leave a limit.
    atMost: formula ? atMost : null,
    contradictory,
  };
}
