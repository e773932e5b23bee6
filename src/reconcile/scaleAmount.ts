import { type Fixed18, fixed18Decimals, toFixed18, unknownAmount } from '../core/fixed18.ts';

/**
 * An amount with 18 decimals, or null where it is not known or cannot be written so exactly: it has
 * digits beyond the 18th, is negative, or is larger than a statement's uint256 can carry.
 */
export function scaleAmount(amount: bigint | null | undefined, decimals: number): Fixed18 | null {
  if (amount === null || amount === undefined || amount < 0n) return null;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 255) return null;
  if (decimals > fixed18Decimals) {
    const unit = 10n ** BigInt(decimals - fixed18Decimals);
    return amount % unit === 0n ? toKnown(amount / unit) : null;
  }
  return toKnown(amount * 10n ** BigInt(fixed18Decimals - decimals));
}

function toKnown(scaled: bigint): Fixed18 | null {
  return scaled < unknownAmount ? toFixed18(scaled, fixed18Decimals) : null;
}
