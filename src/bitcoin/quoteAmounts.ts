const amounts = /("(?:amount|value|total_amount)"\s*:\s*)(-?\d[-+.\deE]*)/g;

/** Marks a text that stood as a number in the JSON; a string of the server's lacks it. */
export const amountMark = '=';

/**
 * Bitcoin Core writes amounts as JSON numbers in BTC, which `JSON.parse` would turn into floats. This
 * turns them into strings, digit by digit as they stand: `"amount":0.10` becomes `"amount":"=0.10"`.
 *
 * It cannot touch the inside of a JSON string: a quote in there is escaped, so that `"amount"` with
 * both its quotes followed by a colon is a key, or the end of one.
 */
export function quoteAmounts(json: string): string {
  return json.replace(amounts, `$1"${amountMark}$2"`);
}
