import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../../src/registry/nearestWord.ts';

describe('nearestWord', () => {
  const words = ['custodian', 'provenance', 'since', 'until', 'note'];

  it.each([
    ['custodien', 'custodian'],
    ['Provenance', 'provenance'],
    ['provenence', 'provenance'],
    ['notes', 'note'],
    ['untill', 'until'],
  ])('takes %s for %s', (misspelt, meant) => {
    expect(nearestWord(misspelt, words)).toBe(meant);
  });

  it('guesses nothing where nothing is near', () => {
    expect(nearestWord('amount', words)).toBeNull();
    expect(nearestWord('x'.repeat(100_000), words)).toBeNull();
    expect(nearestWord('note', [])).toBeNull();
  });
});
