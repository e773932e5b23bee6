import type { CustodyScript } from '../bitcoin/bitcoinSource.ts';
import { formatUnits } from '../core/formatUnits.ts';
import type { Dispute } from './agreeOnScripts.ts';

/** Who says what about an output or a sum, in one sentence without its full stop. */
export function describeDispute(
  { script, outpoint, claims }: Dispute,
  scripts: readonly CustodyScript[],
): string {
  const address = scripts.find((one) => one.script === script)?.address ?? script;
  const subject = outpoint === null ? `the sum at ${address}` : `output ${outpoint} of ${address}`;
  const said = new Map<string, string[]>();
  for (const { operator, sats } of claims) {
    const claim = sats === null ? 'not there' : `${formatUnits(sats, 8)} BTC`;
    said.set(claim, [...(said.get(claim) ?? []), operator]);
  }
  const sentences = [...said].map(([claim, operators]) => `${claim} (${operators.join(', ')})`);
  return `${subject} is ${sentences.join(' or ')}`;
}
