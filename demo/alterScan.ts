import { z } from 'zod';
import { amountMark, quoteAmounts } from '../src/bitcoin/quoteAmounts.ts';
import { formatUnits } from '../src/core/formatUnits.ts';
import { parseBtc } from '../src/core/parseBtc.ts';

const Amount = z
  .string()
  .startsWith(amountMark)
  .transform((text): bigint => parseBtc(text.slice(amountMark.length)));
const ScannedOutput = z.looseObject({
  txid: z.string(),
  vout: z.int(),
  scriptPubKey: z.string(),
  amount: Amount,
  height: z.int(),
});
const ScanAnswer = z.looseObject({
  result: z.looseObject({ height: z.int(), unspents: z.array(ScannedOutput) }),
});

/** An output as `scantxoutset` lists it; `amount` in satoshis. */
export type ScannedOutput = z.infer<typeof ScannedOutput>;

/**
 * What a node answered to `scantxoutset start`, with other outputs and the sum that fits: nothing in
 * it shows that it was changed. Any other answer stays as it is.
 *
 * @param change gets the outputs and the height of the tip
 */
export function alterScan(
  body: string,
  change: (outputs: readonly ScannedOutput[], height: number) => readonly ScannedOutput[],
): string {
  const { data } = ScanAnswer.safeParse(JSON.parse(quoteAmounts(body)));
  if (!data) return body;
  const { result } = data;
  const unspents = change(result.unspents, result.height);
  const total = unspents.reduce((sum, { amount }) => sum + amount, 0n);
  const altered = { ...data, result: { ...result, unspents, total_amount: total } };
  const marked = JSON.stringify(altered, (_, value: unknown) =>
    typeof value === 'bigint' ? `${amountMark}${formatUnits(value, 8)}` : value,
  );
  // Amounts as the node writes them: JSON numbers, digit by digit.
  return marked.replace(/"=(\d+\.\d{8})"/g, '$1');
}
