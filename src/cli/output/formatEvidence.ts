import type { BundleVerification } from '../../evidence/verifyBundle.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** What an evidence bundle proved, and what it cannot prove. */
export function formatEvidence(evidence: BundleVerification, style: Style): string {
  return [
    `  ${style.bold('The evidence verifies.')} Digest`,
    `  ${evidence.digest}`,
    '',
    `  ${style.bold('Proved')}`,
    ...listItems(evidence.proved),
    '',
    `  ${style.bold('Not proved by the evidence')}`,
    ...listItems(evidence.notProven),
    '',
    `  ${style.bold('Said by the attester alone')}`,
    ...listItems(evidence.said),
  ].join('\n');
}

function listItems(items: readonly string[]): string[] {
  return items.flatMap((item) =>
    wrapText(item, 76).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
  );
}
