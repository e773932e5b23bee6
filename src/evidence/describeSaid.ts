import type { EvidenceFindings } from './describeEvidence.ts';
import { listBindings } from './listBindings.ts';

/** What a report says for which a bundle has nothing but the attester's word: in words, one each. */
export function describeSaid({ report, point, heightBy }: EvidenceFindings): readonly string[] {
  const height =
    heightBy === null ? [`that block ${point.hash} has the height ${point.height}`] : [];
  return [...height, ...listBindings(report, 'attester')].map(
    (what) => `${what.slice(0, 1).toUpperCase()}${what.slice(1)}.`,
  );
}
