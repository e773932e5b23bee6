import { describe, expect, it } from 'vitest';
import { printableText, quoteText } from '../../../src/registry/printableText.ts';

describe('printableText', () => {
  it('writes out what would steer a terminal', () => {
    expect(printableText('a\u001b[2Jb\u202ec\ud800', 100)).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{d800}');
  });

  it('cuts what is too long', () => {
    expect(printableText('abcdef', 4)).toBe('abc…');
    expect(quoteText('a'.repeat(81))).toBe(`"${'a'.repeat(79)}…"`);
  });

  it('leaves the letters of every language as they are', () => {
    expect(printableText('Zürich 東京 ₿', 100)).toBe('Zürich 東京 ₿');
  });
});
