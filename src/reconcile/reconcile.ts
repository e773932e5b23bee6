import { AssayError } from '../core/assayError.ts';
import { toFixed18 } from '../core/fixed18.ts';
import { formatRatio } from '../core/formatRatio.ts';
import { decideVerdict, isComparable, owedAtMost, type VerdictInput } from './decideVerdict.ts';
import { explainVerdict } from './explainVerdict.ts';
import type { ReconcileInput, Reconciliation } from './reconciliation.ts';
import { spanWindow } from './spanWindow.ts';
import { sumOwed } from './sumOwed.ts';

const satsDecimals = 8;

/**
 * Compares what the custody addresses hold with what the tokens claim. Pure and exact: both sides
 * are scaled to 18 decimals, nothing is rounded, and what is not known makes the verdict
 * `indeterminate` with its reasons while every known figure is still given.
 *
 * @throws AssayError REGISTRY_DUPLICATE_DEPLOYMENT if one token is given twice: it would count twice
 * @example
 * reconcile({
 *   reserves: Sats(100_000_000n),
 *   supplies: [{ token, amount: 10n ** 18n, decimals: 18 }],
 *   skewSeconds: 12, maxSkewSeconds: 3600, ageSeconds: 3000, maxAgeSeconds: 21600, gaps: [], faults: [], window: null,
 * }).verdict // 'backed'
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  refuseDuplicates(input);
  const known = input.reserves ?? input.reservesAtLeast ?? null;
  const reserves = known === null ? null : toFixed18(known, satsDecimals);
  const owed = sumOwed(input.supplies, input.liability);
  const supply = owed.amount;
  const hasGap = input.gaps.some((gap) => gap.side === 'supply');
  const supplyBounds = hasGap ? { atLeast: null, atMost: null } : owed;
  const complete = {
    reserves: input.reserves !== null && !input.gaps.some((gap) => gap.side === 'reserves'),
    supply: supply !== null && !hasGap,
  };
  const figures: VerdictInput = {
    reserves,
    supply,
    supplyAtMost: supplyBounds.atMost,
    complete,
    skewSeconds: input.skewSeconds,
    maxSkewSeconds: input.maxSkewSeconds,
    ageSeconds: input.ageSeconds,
    maxAgeSeconds: input.maxAgeSeconds,
    faulty: input.faults.length > 0,
  };
  const verdict = decideVerdict(figures);
  const limit = owedAtMost(figures);
  const comparable = isComparable(figures) && reserves !== null && limit !== null;
  return {
    verdict,
    restsOnBounds: verdict === 'backed' && !(complete.reserves && complete.supply),
    reasons: explainVerdict(verdict, figures, input, owed.contradictory),
    complete,
    reserves,
    supply,
    supplyBounds: { atLeast: supplyBounds.atLeast, atMost: supplyBounds.atMost },
    surplus: comparable ? reserves - limit : null,
    ratio: comparable ? formatRatio(reserves, limit) : null,
    window: spanWindow(input.window, input.reserves, supply, figures),
  };
}

function refuseDuplicates(input: ReconcileInput): void {
  const seen = new Set<string>();
  for (const { token } of input.supplies) {
    if (seen.has(token)) {
      throw new AssayError('REGISTRY_DUPLICATE_DEPLOYMENT', {
        message: `the supply of ${token} is given twice`,
      });
    }
    seen.add(token);
  }
}
