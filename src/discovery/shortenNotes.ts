import type { DiscoveryNote } from './discovery.ts';

/** Of more notes of one kind only the number is told. */
const notesShown = 20;

/**
 * Notes of one kind, so few that a person reads them: a hostile list could cause as many as it has
 * entries.
 */
export function shortenNotes(notes: readonly DiscoveryNote[]): readonly DiscoveryNote[] {
  const [first] = notes;
  if (!first || notes.length <= notesShown) return notes;
  const more = notes.length - notesShown;
  return [
    ...notes.slice(0, notesShown),
    { code: first.code, message: `and ${more} more of this kind` },
  ];
}
