import { AssayError } from './assayError.ts';
import { Sats } from './sats.ts';

const decimal = /^(\d{1,8})(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * Satoshis from a decimal amount in BTC as Bitcoin Core writes it (`0.00012345`, `1e-8`), by moving
 * digits: no floating point is involved. More than 8 places are refused unless they are zeros.
 *
 * @throws AssayError AMOUNT_INVALID, AMOUNT_OUT_OF_RANGE
 */
export function parseBtc(text: string): Sats {
  const match = decimal.exec(text);
  if (!match) throw invalid(text, 'is not a decimal amount');
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const shift = Number(exponent) + 8 - fraction.length;
  if (shift >= 0) return Sats(BigInt(digits + '0'.repeat(shift)));
  const cut = digits.padStart(1 - shift, '0');
  if (/[1-9]/.test(cut.slice(shift))) throw invalid(text, 'has more than 8 decimal places');
  return Sats(BigInt(cut.slice(0, shift)));
}

function invalid(text: string, what: string): AssayError {
  return new AssayError('AMOUNT_INVALID', {
    message: `${JSON.stringify(text.slice(0, 40))} ${what}`,
  });
}
