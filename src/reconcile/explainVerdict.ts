import type { TokenId } from '../core/caip.ts';
import { formatUnits } from '../core/formatUnits.ts';
import { isStale, type VerdictInput } from './decideVerdict.ts';
import type { Reason, ReconcileInput, Verdict } from './reconciliation.ts';

/**
 * Why a verdict is not `backed`: the shortfall with all its digits, or everything that stands in the
 * way of an answer. Empty for `backed`, and only then.
 */
export function explainVerdict(
  verdict: Verdict,
  figures: VerdictInput,
  input: ReconcileInput,
  contradictory: readonly TokenId[] = [],
): readonly Reason[] {
  if (verdict === 'backed') return [];
  if (verdict === 'under-backed') return [describeShortfall(figures)];
  const reasons = [
    ...faultsOf(input),
    ...contradictory.map(describeContradiction),
    ...input.gaps.map((gap) => gap.reason),
    ...describeSkew(figures, input),
    ...describeAge(figures),
  ];
  return [...reasons, ...describeUnknown(figures, input, reasons, contradictory.length > 0)];
}

function faultsOf({ faults, unreadHoldings = [] }: ReconcileInput): readonly Reason[] {
  return [...faults, ...unreadHoldings];
}

function describeContradiction(token: TokenId): Reason {
  return {
    code: 'COVERAGE_PARTIAL',
    message: 'More than there is would have to be taken off the supply: one reading is wrong.',
    subject: token,
  };
}

function describeShortfall({ reserves, supply }: VerdictInput): Reason {
  const shortfall = formatUnits((supply ?? 0n) - (reserves ?? 0n), 18);
  return {
    code: 'RESERVES_BELOW_SUPPLY',
    message: `The reserves are ${shortfall} BTC below the supply.`,
  };
}

function describeSkew(figures: VerdictInput, input: ReconcileInput): readonly Reason[] {
  const { skewSeconds, maxSkewSeconds } = figures;
  if (skewSeconds === null) {
    // A missing point has its own fault as a rule; then that says more.
    if (faultsOf(input).length > 0 || figures.reserves === null || figures.supply === null)
      return [];
    return [
      {
        code: 'SKEW_EXCEEDED',
        message: 'How far the two sides lie apart in time is not known.',
      },
    ];
  }
  if (Math.abs(skewSeconds) <= maxSkewSeconds) return [];
  return [
    {
      code: 'SKEW_EXCEEDED',
      message: `The two sides lie up to ${Math.abs(skewSeconds)} seconds apart; the policy allows ${maxSkewSeconds}.`,
    },
  ];
}

function describeAge(figures: VerdictInput): readonly Reason[] {
  const { ageSeconds, maxAgeSeconds } = figures;
  if (ageSeconds === null || !isStale(figures)) return [];
  return [
    {
      code: 'POINT_STALE',
      message: `The audited Bitcoin block is ${ageSeconds} seconds old; the policy allows ${maxAgeSeconds}.`,
    },
  ];
}

/** What is unknown without any fault or gap that says why, so that no verdict stands unexplained. */
function describeUnknown(
  figures: VerdictInput,
  input: ReconcileInput,
  known: readonly Reason[],
  isContradictory: boolean,
): readonly Reason[] {
  const reasons: Reason[] = [];
  for (const { token, amount } of input.supplies) {
    if (amount !== null || known.some(({ subject }) => subject === token)) continue;
    reasons.push({
      code: 'COVERAGE_PARTIAL',
      message: `The supply of ${token} is not known.`,
      subject: token,
    });
  }
  if (input.supplies.length === 0) {
    reasons.push({
      code: 'COVERAGE_PARTIAL',
      message: 'No deployment is known, so that the supply is not known either.',
    });
  } else if (
    figures.supply === null &&
    input.liability &&
    !isContradictory &&
    faultsOf(input).length === 0
  ) {
    reasons.push({ code: 'COVERAGE_PARTIAL', message: 'What is owed on the supply is not known.' });
  } else if (
    figures.supply === null &&
    !input.liability &&
    input.supplies.every(({ amount }) => amount !== null)
  ) {
    reasons.push({
      code: 'AMOUNT_OUT_OF_RANGE',
      message: 'The supply is larger, or has more decimals, than a statement can carry.',
    });
  }
  return input.reserves === null ? [...reasons, ...describeReserves(figures, input)] : reasons;
}

/** Where a lower bound is known, the gap that left it one says why. */
function describeReserves(figures: VerdictInput, input: ReconcileInput): readonly Reason[] {
  if (faultsOf(input).length > 0) return [];
  if (figures.reserves === null) {
    return [{ code: 'COVERAGE_PARTIAL', message: 'The reserves are not known.' }];
  }
  return input.gaps.some(({ side }) => side === 'reserves')
    ? []
    : [{ code: 'COVERAGE_PARTIAL', message: 'The reserves are not known whole.' }];
}
