import { createFinding, type Finding } from './finding.ts';
import { nearestWord } from './nearestWord.ts';
import { quoteText } from './printableText.ts';

/** Findings for each provenance key that `sources` of the same file does not have. */
export function checkProvenance(
  file: string,
  entries: Iterable<readonly [pointer: string, entry: { readonly provenance: readonly string[] }]>,
  sources: Readonly<Record<string, unknown>>,
): readonly Finding[] {
  const known = new Set(Object.keys(sources));
  const findings: Finding[] = [];
  for (const [pointer, { provenance }] of entries) {
    provenance.forEach((key, position) => {
      if (known.has(key)) return;
      const meant = nearestWord(key, [...known]);
      findings.push(
        createFinding(
          'REGISTRY_PROVENANCE_MISSING',
          { file, pointer: `${pointer}/provenance/${position}` },
          `${quoteText(key)} is not among the sources of this file`,
          meant ? `Did you mean "${meant}"?` : 'Add it to `sources`: kind, by, source, date.',
        ),
      );
    });
  }
  return findings;
}
