import { printableText } from '../../registry/printableText.ts';
import { type AddressProof, isProven } from '../judgeProofs.ts';
import type { Recorded } from '../recordEvidence.ts';
import { formatRecorded } from './formatRecorded.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** What is known beside the proofs. */
export interface ProofsOutcome {
  /** Whether the chain was asked for the block of the challenge. */
  readonly blockChecked: boolean;
  readonly recorded: Recorded | null;
}

/** What each proof is worth, and why no more. */
export function formatProofs(
  proofs: readonly AddressProof[],
  { blockChecked, recorded }: ProofsOutcome,
  style: Style,
): string {
  const lines = proofs.flatMap(({ address, listed, verification, graded }) => {
    const grade = listed ? graded.grade : 'not listed';
    const form = verification.result === 'valid' ? ` (${verification.form})` : '';
    const reason = 'reason' in graded ? `${graded.code}: ${graded.reason}` : '';
    const why = listed ? reason : 'the registry does not list this address for the asset';
    return [
      `${style.bold(grade)}${form}`,
      `  ${printableText(address, 120)}`,
      ...wrapText(why, 76).flatMap((line) => (line === '' ? [] : [`  ${line}`])),
    ];
  });
  const proven = proofs.filter(isProven).length;
  const block = blockChecked ? '' : 'The block of the challenge was not checked: give --bitcoin.\n';
  return `${lines.join('\n')}\n\n${block}${proven} of ${proofs.length} proven. ${formatRecorded(recorded)}\n`;
}
