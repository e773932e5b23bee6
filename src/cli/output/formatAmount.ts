import { formatUnits } from '../../core/formatUnits.ts';

/** Places that an amount of bitcoin always shows. */
const shown = 8;

/**
 * An amount of bitcoin for people: thousands separated, at least 8 places, and beyond those every
 * place that is not zero, so that nothing is rounded.
 */
export function formatAmount(amount: bigint, decimals: number): string {
  const scaled = decimals < shown ? amount * 10n ** BigInt(shown - decimals) : amount;
  const [whole = '0', fraction = ''] = formatUnits(scaled, Math.max(decimals, shown)).split('.');
  const rest = fraction.slice(shown).replace(/0+$/, '');
  return `${groupThousands(whole)}.${fraction.slice(0, shown)}${rest}`;
}

/** Digits in groups of three: `1234567` is `1,234,567`. */
export function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
