/**
 * The errors by which a source says something of a figure instead of giving it: that there is no such
 * token, or not the one that is meant, or that a rate holds no longer. It contradicts a figure; every
 * other error is silence.
 */
const denials: ReadonlySet<string> = new Set([
  'TOKEN_NO_CODE',
  'TOKEN_REVERTED',
  'TOKEN_NOT_A_MINT',
  'TOKEN_DECIMALS_MISMATCH',
  'TOKEN_SYMBOL_MISMATCH',
  'TOKEN_MISSING',
  'SUPPLY_RATE_STALE',
]);

/** Whether an error of this code denies the figure that was asked for. */
export function isDenial(code: string): boolean {
  return denials.has(code);
}
