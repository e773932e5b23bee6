import { type Fixed18, fixed18Decimals } from '../core/fixed18.ts';
import { formatRatio } from '../core/formatRatio.ts';
import { formatUnits } from '../core/formatUnits.ts';
import type { GraphDeployment } from './graphInput.ts';
import { scaleAmount } from './scaleAmount.ts';

/**
 * `in-flight`: less is locked than minted, within the policy of the edge; `unknown`: assay cannot say.
 */
export type EdgeVerdict = 'backed' | 'in-flight' | 'under-backed' | 'unknown';

/** One balance and what is minted against it; amounts with 18 decimals. */
export interface EdgeReading {
  readonly locked: Fixed18 | null;
  readonly lockedBefore: Fixed18 | null;
  /** The supply of the token that is locked: no holder has more. */
  readonly lockable: Fixed18 | null;
  /** Every deployment that is a copy of what lies there. */
  readonly copies: readonly GraphDeployment[];
  readonly policy: { readonly tolerance: Fixed18; readonly durationSeconds: number } | null;
}

export interface EdgeJudgement {
  readonly minted: Fixed18 | null;
  /** Locked minus minted; negative for a shortfall. */
  readonly surplus: bigint | null;
  /** 8 places, truncated; null where nothing is minted. */
  readonly ratio: string | null;
  readonly verdict: EdgeVerdict;
  /** One sentence; empty where the figures say it all. */
  readonly reason: string;
}

/**
 * Whether as much is locked as is minted against it. A supply that is not known leaves the edge
 * `unknown`, and so does a canonical deployment of which an unknown part is a copy, unless what is
 * locked would cover all of it.
 */
export function judgeEdge(reading: EdgeReading): EdgeJudgement {
  const { locked, lockable, copies } = reading;
  const minted = sumCopies(copies);
  if (copies.length === 0) {
    return unknownEdge(minted, 'No copy of what lies there is listed.');
  }
  if (locked === null) return unknownEdge(minted, 'How much lies there is not known.');
  if (lockable !== null && locked > lockable) {
    return unknownEdge(minted, 'More lies there than there is: one of the two readings is wrong.');
  }
  if (minted === null) return judgePartly(locked, copies);
  const surplus = locked - minted;
  const figures = { minted, surplus, ratio: formatRatio(locked, minted) };
  if (surplus >= 0n) return { ...figures, verdict: 'backed', reason: '' };
  return { ...figures, ...judgeShortfall(-surplus, reading) };
}

/** An edge that cannot be judged. */
export function unknownEdge(minted: Fixed18 | null, reason: string): EdgeJudgement {
  return { minted, surplus: null, ratio: null, verdict: 'unknown', reason };
}

function judgeShortfall(
  shortfall: bigint,
  { policy, lockedBefore, copies }: EdgeReading,
): Pick<EdgeJudgement, 'verdict' | 'reason'> {
  const missing = `${formatUnits(shortfall, fixed18Decimals)} BTC less lies there than is minted`;
  if (policy === null) return { verdict: 'under-backed', reason: `${missing}.` };
  const { tolerance, durationSeconds } = policy;
  if (shortfall > tolerance) {
    const allowed = formatUnits(tolerance, fixed18Decimals);
    return { verdict: 'under-backed', reason: `${missing}; the policy allows ${allowed}.` };
  }
  const mintedBefore = sumCopies(
    copies.map(({ amountBefore, ...copy }) => ({ ...copy, amount: amountBefore ?? null })),
  );
  if (lockedBefore === null || mintedBefore === null) {
    const reason = `${missing}, and whether it was missing ${durationSeconds} seconds before is not known.`;
    return { verdict: 'under-backed', reason };
  }
  if (lockedBefore < mintedBefore) {
    const reason = `${missing}, and some was missing ${durationSeconds} seconds before already.`;
    return { verdict: 'under-backed', reason };
  }
  const reason = `${missing}; nothing was missing ${durationSeconds} seconds before.`;
  return { verdict: 'in-flight', reason };
}

/** Where it is not known how much is minted against the lockbox. */
function judgePartly(locked: Fixed18, copies: readonly GraphDeployment[]): EdgeJudgement {
  const bridged = copies.filter(({ kind }) => kind === 'bridged');
  const scaled = copies.map(({ amount, decimals }) => scaleAmount(amount, decimals));
  const most = addKnown(scaled);
  if (most !== null && locked >= most) {
    const reason = 'It is not known which part is a copy; what lies there covers all of it.';
    return { minted: null, surplus: null, ratio: null, verdict: 'backed', reason };
  }
  const known = bridged.reduce(
    (sum, { amount, decimals }) => sum + (scaleAmount(amount, decimals) ?? 0n),
    0n,
  );
  const what = scaled.includes(null)
    ? 'How much is minted is not known on every chain'
    : 'Which part of a canonical deployment is a copy is not known';
  const excess =
    known > locked
      ? `; what is known of it is ${formatUnits(known - locked, fixed18Decimals)} BTC more than lies there`
      : '';
  return unknownEdge(null, `${what}${excess}.`);
}

/** All that is minted; null where a supply is not known, or where only part of one is a copy. */
function sumCopies(copies: readonly GraphDeployment[]): Fixed18 | null {
  if (copies.length === 0 || copies.some(({ kind }) => kind === 'canonical')) return null;
  return addKnown(copies.map(({ amount, decimals }) => scaleAmount(amount, decimals)));
}

function addKnown(amounts: readonly (Fixed18 | null)[]): Fixed18 | null {
  let sum = 0n;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += amount;
  }
  return scaleAmount(sum, fixed18Decimals);
}
