import type { ControlGrade } from '../core/controlGrade.ts';
import { toFixed18 } from '../core/fixed18.ts';
import { formatRatio } from '../core/formatRatio.ts';

/** What one custody address holds, in satoshis, and how well its control is shown. */
export interface GradedAmount {
  readonly grade: ControlGrade;
  readonly sats: bigint | null;
}

/** The part of the reserves that lies at addresses of one grade. */
export interface GradeShare {
  /** How many addresses. */
  readonly addresses: number;
  /** Null where the amount of any of them is not known. */
  readonly sats: bigint | null;
  /** Of the supply, 8 places, truncated; null where the ratio of the whole is not given. */
  readonly ratio: string | null;
}

const satsDecimals = 8;

/**
 * Splits the reserves by the grade of the addresses, each part as a ratio of the whole supply. Since
 * every ratio is truncated, the parts add up to the ratio of the whole or to a little less.
 *
 * @param supply with 18 decimals; null where the ratio of the whole is not given
 */
export function sumGrades(
  amounts: readonly GradedAmount[],
  supply: bigint | null,
): Readonly<Record<ControlGrade, GradeShare>> {
  const share = (grade: ControlGrade): GradeShare => {
    const mine = amounts.filter((one) => one.grade === grade);
    const sats = mine.reduce<bigint | null>(
      (sum, one) => (sum === null || one.sats === null ? null : sum + one.sats),
      0n,
    );
    const ratio =
      sats === null || supply === null ? null : formatRatio(toFixed18(sats, satsDecimals), supply);
    return { addresses: mine.length, sats, ratio };
  };
  return {
    proven: share('proven'),
    derived: share('derived'),
    published: share('published'),
    claimed: share('claimed'),
  };
}
