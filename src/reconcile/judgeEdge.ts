import { type Fixed18, fixed18Decimals } from '../core/fixed18.ts';
import { formatRatio } from '../core/formatRatio.ts';
import { formatUnits } from '../core/formatUnits.ts';
import type { GraphDeployment, ReadTimes } from './graphInput.ts';
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
  /** Whether the two sides are of different moments, so that one may show what the other cannot yet. */
  readonly isApart: boolean;
  /** When `locked` holds; null where that is not known. */
  readonly lockedTimes: ReadTimes | null;
  /** What is locked read once more, after the copies were; null where it was not. */
  readonly lockedAgain: Fixed18 | null;
  /** When `lockedAgain` holds. */
  readonly lockedTimesAgain: ReadTimes | null;
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
 * locked would cover all of it. Where its two sides are of different moments, a shortfall counts only if
 * it is there when both are read once more, and the copies were read before what is locked as well as
 * after it; it is `unknown` else, since what is on its way looks the same.
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
  if (surplus >= 0n) {
    return { ...figures, verdict: 'backed', reason: reading.isApart ? `${apart}.` : '' };
  }
  if (reading.isApart) return judgeApart(-surplus, figures, reading);
  return judgeShortfall(-surplus, figures, reading);
}

/** An edge that cannot be judged. */
export function unknownEdge(minted: Fixed18 | null, reason: string): EdgeJudgement {
  return { minted, surplus: null, ratio: null, verdict: 'unknown', reason };
}

const apart = 'What lies there and what is minted were not read at one moment';

function judgeApart(
  shortfall: bigint,
  figures: Pick<EdgeJudgement, 'minted' | 'surplus' | 'ratio'>,
  reading: EdgeReading,
): EdgeJudgement {
  const { copies, policy, lockedAgain } = reading;
  const missing = `${formatTokens(shortfall)} fewer tokens lie there than are minted`;
  const minted = sumCopies(copies.map((copy) => ({ ...copy, amount: copy.amountAgain ?? null })));
  const allowed = policy?.tolerance ?? 0n;
  const still = minted === null || lockedAgain === null ? null : minted - lockedAgain;
  const isShort = still !== null && still > allowed && shortfall > allowed;
  if (!isShort || !isEnclosed(reading)) {
    return unknownEdge(figures.minted, `${missing}. ${apart}.`);
  }
  const again = `${formatTokens(still)} when both were read again`;
  return { ...figures, verdict: 'under-backed', reason: `${missing}, and ${again}. ${apart}.` };
}

/**
 * Whether the copies were read both before what is locked and after it, so that they were too many at
 * that moment: neither what has been locked since nor what had been redeemed by then explains it.
 */
function isEnclosed({ copies, lockedTimes, lockedTimesAgain }: EdgeReading): boolean {
  const first = spanTimes(copies.map(({ times }) => times));
  const again = spanTimes(copies.map(({ timesAgain }) => timesAgain));
  if (first === null || again === null) return false;
  return [lockedTimes, lockedTimesAgain].some(
    (locked) => locked !== null && first.to <= locked.from && locked.to <= again.from,
  );
}

/** From the earliest to the latest; null where one is not known. */
export function spanTimes(all: readonly (ReadTimes | null | undefined)[]): ReadTimes | null {
  const known = all.flatMap((one) => one ?? []);
  if (known.length === 0 || known.length < all.length) return null;
  return {
    from: Math.min(...known.map(({ from }) => from)),
    to: Math.max(...known.map(({ to }) => to)),
  };
}

function judgeShortfall(
  shortfall: bigint,
  figures: Pick<EdgeJudgement, 'minted' | 'surplus' | 'ratio'>,
  { policy, lockedBefore, copies }: EdgeReading,
): EdgeJudgement {
  const missing = `${formatTokens(shortfall)} fewer tokens lie there than are minted`;
  if (policy === null) return { ...figures, verdict: 'under-backed', reason: `${missing}.` };
  const { tolerance, durationSeconds } = policy;
  if (shortfall > tolerance) {
    const allowed = formatTokens(tolerance);
    const reason = `${missing}; the policy allows ${allowed}.`;
    return { ...figures, verdict: 'under-backed', reason };
  }
  const mintedBefore = sumCopies(
    copies.map(({ amountBefore, ...copy }) => ({ ...copy, amount: amountBefore ?? null })),
  );
  if (lockedBefore === null || mintedBefore === null) {
    const reason = `${missing}, and whether it was missing ${durationSeconds} seconds before is not known.`;
    return unknownEdge(figures.minted, reason);
  }
  if (lockedBefore < mintedBefore) {
    const reason = `${missing}, and some was missing ${durationSeconds} seconds before already.`;
    return { ...figures, verdict: 'under-backed', reason };
  }
  const reason = `${missing}; nothing was missing ${durationSeconds} seconds before.`;
  return { ...figures, verdict: 'in-flight', reason };
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
      ? `; what is known of it is ${formatTokens(known - locked)} tokens more than lie there`
      : '';
  return unknownEdge(null, `${what}${excess}.`);
}

/** Without the zeros at its end. */
function formatTokens(amount: bigint): string {
  return formatUnits(amount, fixed18Decimals).replace(/\.?0+$/, '');
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
