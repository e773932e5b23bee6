import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';

/** A finding for each entry that is less than the one before it, by code units. */
export function checkOrder<Key extends string>(
  file: string,
  list: string,
  key: Key,
  entries: readonly { readonly [name in Key]?: string | undefined }[],
): readonly Finding[] {
  const findings: Finding[] = [];
  let before: string | undefined;
  entries.forEach(({ [key]: text }, index) => {
    if (text !== undefined && before !== undefined && text < before) {
      const message = `${quoteText(text)} belongs before ${quoteText(before)}`;
      const place = { file, pointer: `/${list}/${index}/${key}` };
      findings.push(createFinding('REGISTRY_NOT_SORTED', place, message));
    }
    before = text ?? before;
  });
  return findings;
}
