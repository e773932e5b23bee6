import { quoteAmounts } from './quoteAmounts.ts';

/**
 * An answer of Bitcoin Core with its amounts as text (see `quoteAmounts`).
 *
 * @throws SyntaxError if it is not JSON; its message may quote the document
 */
export function parseCoreJson(bytes: Buffer): unknown {
  return JSON.parse(quoteAmounts(bytes.toString('utf8')));
}
