const places = 8;

/**
 * `numerator ÷ denominator` as a decimal number with 8 places, truncated and never rounded up:
 * 0.99999999 is not 1. Null where the denominator is zero. Both must have the same unit.
 */
export function formatRatio(numerator: bigint, denominator: bigint): string | null {
  if (denominator <= 0n || numerator < 0n) return null;
  const scaled = (numerator * 10n ** BigInt(places)) / denominator;
  const digits = scaled.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
