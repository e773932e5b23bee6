/**
 * An integer amount as a decimal number with all its places, exactly: `formatUnits(-5n, 8)` is
 * `-0.00000005`. For people; machines get the integer.
 */
export function formatUnits(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
