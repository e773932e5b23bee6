import type { DerivedCustody } from '../../registry/deriveCustody.ts';
import type { Recorded } from '../recordEvidence.ts';
import { formatRecorded } from './formatRecorded.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** Which custody addresses each descriptor gives, by its place: an xpub tells all of a wallet. */
export function formatDescriptors(
  descriptors: readonly DerivedCustody[],
  recorded: Recorded | null,
  style: Style,
): string {
  const lines = descriptors.flatMap((one, index) => [
    `descriptor ${index + 1}: ${describe(one, style)}`,
    ...(one.result === 'derived'
      ? one.listed.map((address) => `  ${address}`)
      : wrapText(`${one.code}: ${one.reason}`, 76).map((line) => `  ${line}`)),
  ]);
  const listed = descriptors.flatMap((one) => (one.result === 'derived' ? one.listed : []));
  const summary = `${new Set(listed).size} custody addresses derived.`;
  return `${lines.join('\n')}\n\n${summary} ${formatRecorded(recorded)}\n`;
}

function describe(one: DerivedCustody, style: Style): string {
  if (one.result === 'refused') return style.bold('refused');
  const { listed, unlisted } = one;
  const grade = style.bold(listed.length > 0 ? 'derived' : 'not listed');
  return `${grade} (custody addresses: ${listed.length}, scripts not listed: ${unlisted})`;
}
