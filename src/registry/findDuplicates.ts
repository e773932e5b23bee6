import type { ErrorCode } from '../core/errorCodes.ts';
import type { Claim } from './claim.ts';
import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';

/**
 * One finding for each claim whose key was claimed before, naming both places. Two files that declare
 * one shared pool may claim the same.
 */
export function findDuplicates(code: ErrorCode, claims: Iterable<Claim>): readonly Finding[] {
  const known = new Map<string, Claim | Claim[]>();
  const findings: Finding[] = [];
  for (const claim of claims) {
    const before = known.get(claim.key);
    if (before === undefined) {
      known.set(claim.key, claim);
      continue;
    }
    const others = Array.isArray(before) ? before : [before];
    const rival = others.find((other) => !isShared(claim, other));
    if (rival === undefined) {
      known.set(claim.key, [...others, claim]);
      continue;
    }
    const message = `${quoteText(claim.text)} is also at ${rival.file}#${rival.pointer}`;
    findings.push(createFinding(code, claim, message));
  }
  return findings;
}

function isShared(one: Claim, other: Claim): boolean {
  return one.file !== other.file && one.pool !== undefined && one.pool === other.pool;
}
