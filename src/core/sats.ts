import { AssayError } from './assayError.ts';
import type { Branded } from './branded.ts';

/** An amount of bitcoin in satoshis: 0 to 21e14. */
export type Sats = Branded<bigint, 'Sats'>;

/** 21,000,000 BTC in satoshis. */
export const maxSats = 2_100_000_000_000_000n;

/**
 * A checked amount in satoshis.
 *
 * @throws AssayError AMOUNT_OUT_OF_RANGE below zero or above 21 million BTC
 */
export function Sats(amount: bigint): Sats {
  if (amount < 0n || amount > maxSats) {
    throw new AssayError('AMOUNT_OUT_OF_RANGE', {
      message: `${amount} satoshis is not between 0 and ${maxSats}`,
    });
  }
  return amount as Sats;
}

/** The sum of amounts, itself checked: more than 21 million BTC cannot be. */
export function sumSats(amounts: Iterable<Sats>): Sats {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return Sats(sum);
}
