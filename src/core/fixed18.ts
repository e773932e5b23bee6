import { AssayError } from './assayError.ts';
import type { Branded } from './branded.ts';

/** An amount of bitcoin as 18-decimal fixed point, as in the signed statement. Not negative. */
export type Fixed18 = Branded<bigint, 'Fixed18'>;

/** What a statement carries in place of an amount that is not known: 2^256 − 1. */
export const unknownAmount = 2n ** 256n - 1n;

/** Decimals of `Fixed18`. */
export const fixed18Decimals = 18;

/**
 * Scales an amount with `decimals` places to 18 places, exactly.
 *
 * @throws AssayError AMOUNT_OUT_OF_RANGE for a negative amount, more than 18 decimals (nothing may be
 * rounded), or a result that the statement's uint256 cannot hold
 */
export function toFixed18(amount: bigint, decimals: number): Fixed18 {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > fixed18Decimals) {
    throw new AssayError('AMOUNT_OUT_OF_RANGE', {
      message: `an amount with ${decimals} decimals does not fit 18-decimal fixed point exactly`,
    });
  }
  const scaled = amount * 10n ** BigInt(fixed18Decimals - decimals);
  if (scaled < 0n || scaled >= unknownAmount) {
    throw new AssayError('AMOUNT_OUT_OF_RANGE', {
      message: `${amount} (${decimals} decimals) does not fit an unsigned 18-decimal amount`,
    });
  }
  return scaled as Fixed18;
}
