import type { AddressProof } from '../proveControl.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** What each proof is worth, and why no more. */
export function formatProofs(
  proofs: readonly AddressProof[],
  recorded: string | null,
  style: Style,
): string {
  const lines = proofs.flatMap(({ address, listed, verification, graded }) => {
    const grade = listed ? graded.grade : 'not listed';
    const form = verification.result === 'valid' ? ` (${verification.form})` : '';
    const reason = 'reason' in graded ? `${graded.code}: ${graded.reason}` : '';
    const why = listed ? reason : 'the registry does not list this address for the asset';
    return [
      `${style.bold(grade)}${form}`,
      `  ${address}`,
      ...wrapText(why, 76).flatMap((line) => (line === '' ? [] : [`  ${line}`])),
    ];
  });
  const proven = proofs.filter((one) => one.listed && one.graded.grade === 'proven').length;
  const evidence = recorded === null ? 'Nothing was recorded.' : `Recorded in ${recorded}`;
  return `${lines.join('\n')}\n\n${proven} of ${proofs.length} proven. ${evidence}\n`;
}
