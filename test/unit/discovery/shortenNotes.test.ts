import { expect, it } from 'vitest';
import type { DiscoveryNote } from '../../../src/discovery/discovery.ts';
import { shortenNotes } from '../../../src/discovery/shortenNotes.ts';

const notes = Array.from(
  { length: 200 },
  (_, index): DiscoveryNote => ({ code: 'DISCOVERY_CLAIM_INVALID', message: `${index}` }),
);

it('keeps twenty notes as they are', () => {
  expect(shortenNotes([])).toEqual([]);
  expect(shortenNotes(notes.slice(0, 20))).toEqual(notes.slice(0, 20));
});

it('tells of more notes only how many they are', () => {
  expect(shortenNotes(notes)).toEqual([
    ...notes.slice(0, 20),
    { code: 'DISCOVERY_CLAIM_INVALID', message: 'and 180 more of this kind' },
  ]);
});
