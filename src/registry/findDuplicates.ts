import type { ErrorCode } from '../core/errorCodes.ts';
import type { Claim } from './claim.ts';
import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';

/** One finding for each claim whose key was claimed before, naming both places. */
export function findDuplicates(code: ErrorCode, claims: Iterable<Claim>): readonly Finding[] {
  const first = new Map<string, Claim>();
  const findings: Finding[] = [];
  for (const claim of claims) {
    const before = first.get(claim.key);
    if (!before) {
      first.set(claim.key, claim);
      continue;
    }
    const message = `${quoteText(claim.text)} is also at ${before.file}#${before.pointer}`;
    findings.push(createFinding(code, claim, message));
  }
  return findings;
}
