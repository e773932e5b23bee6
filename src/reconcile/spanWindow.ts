import { type Fixed18, toFixed18 } from '../core/fixed18.ts';
import type { Sats } from '../core/sats.ts';
import { decideVerdict, type VerdictInput } from './decideVerdict.ts';
import type { Reconciliation, WindowFigures } from './reconciliation.ts';
import { sumSupplies } from './sumSupplies.ts';

const satsDecimals = 8;

/** The window, widened to hold the main figures themselves: they are one of its states. */
export function spanWindow(
  window: WindowFigures | null,
  reserves: Sats | null,
  supply: Fixed18 | null,
  figures: VerdictInput,
): Reconciliation['window'] {
  if (window === null || reserves === null || supply === null) return null;
  const lowestSupply = sumSupplies(window.lowestSupply);
  const highestSupply = sumSupplies(window.highestSupply);
  if (lowestSupply === null || highestSupply === null) return null;
  const span = {
    reserves: {
      lowest: smaller(window.lowestReserves, reserves),
      highest: larger(window.highestReserves, reserves),
    },
    supply: {
      lowest: smaller(lowestSupply, supply),
      highest: larger(highestSupply, supply),
    },
  };
  return { ...span, holdsAcrossWindow: holdsAcross(span, figures) };
}

/** Lowest and highest figures of the two sides over a window. */
export interface WindowSpan {
  readonly reserves: { readonly lowest: Sats; readonly highest: Sats };
  readonly supply: { readonly lowest: bigint; readonly highest: bigint };
}

/**
 * Whether the worst pair of a window (lowest reserves, highest supply) and the best pair give the
 * verdict that the main figures give.
 */
export function holdsAcross(window: WindowSpan, figures: VerdictInput): boolean {
  const worst = {
    ...figures,
    reserves: toFixed18(window.reserves.lowest, satsDecimals),
    supply: window.supply.highest,
  };
  const best = {
    ...figures,
    reserves: toFixed18(window.reserves.highest, satsDecimals),
    supply: window.supply.lowest,
  };
  const verdict = decideVerdict(figures);
  return decideVerdict(worst) === verdict && decideVerdict(best) === verdict;
}

function smaller<T extends bigint>(a: T, b: T): T {
  return a < b ? a : b;
}

function larger<T extends bigint>(a: T, b: T): T {
  return a > b ? a : b;
}
