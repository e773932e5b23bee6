import { type Fixed18, fixed18Decimals, toFixed18, unknownAmount } from '../core/fixed18.ts';

/** An amount in its deployment's own units. */
export interface SupplyAmount {
  readonly amount: bigint | null;
  readonly decimals: number;
}

/**
 * The sum of supplies with different decimals, exactly, with 18 decimals. Null where one is not
 * known, where there is none at all, or where the statement's uint256 cannot hold the sum: such a
 * supply is reported by its deployments, and is not turned into another number.
 */
export function sumSupplies(supplies: readonly SupplyAmount[]): Fixed18 | null {
  if (supplies.length === 0) return null;
  let sum = 0n;
  for (const { amount, decimals } of supplies) {
    if (amount === null || amount < 0n) return null;
    if (!Number.isInteger(decimals) || decimals < 0 || decimals > fixed18Decimals) return null;
    sum += amount * 10n ** BigInt(fixed18Decimals - decimals);
  }
  return sum < unknownAmount ? toFixed18(sum, fixed18Decimals) : null;
}
