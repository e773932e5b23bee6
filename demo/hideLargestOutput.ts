import { alterScan } from './alterScan.ts';

/** So deep lies the block that is audited: what is younger would be missed there. */
const depth = 5;

/** What a node answered to `scantxoutset`, less the largest output that has six confirmations. */
export function hideLargestOutput(body: string): string {
  return alterScan(body, (outputs, height) => {
    const [largest] = outputs
      .filter((output) => output.height <= height - depth)
      .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
    return outputs.filter((output) => output !== largest);
  });
}
