import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonicalJson.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

/** All that may be signed: JSON without fractions. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

describe('canonicalJson, for all values', () => {
  it('writes what the package canonicalize writes', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(canonicalJson(one)).toBe(canonicalize(one));
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back to the same value, and written again to the same text', () => {
    fc.assert(
      fc.property(value, (one) => {
        const written = canonicalJson(one);
        expect(canonicalJson(JSON.parse(written))).toBe(written);
      }),
    );
  });

  it('sorts keys by UTF-16 code units, numbers among them (RFC 8785, 3.2.3)', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '10', '1', '\ud83d\ude00', '\u0080', '\u00f6', '2'];
    const sorted = ['\r', '1', '10', '2', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const written = canonicalJson(Object.fromEntries(keys.map((key) => [key, null])));
    expect(written).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:null`).join(',')}}`);
  });

  it.each([
    ['a fraction', { a: [1.5] }, '/a/0'],
    ['an unsafe integer', { a: 2 ** 53 }, '/a'],
    ['nothing', { a: undefined }, '/a'],
    ['a bigint', [1n], '/0'],
    ['half a character', { a: '\ud800' }, '/a'],
    ['half a character in a key', { '\ud800': 1 }, '/'],
    ['a date', { a: new Date(0) }, '/a'],
    ['a hole', { a: new Array(1) }, '/a/0'],
  ])('refuses %s, and says where', (_, bad, pointer) => {
    const attempt = () => canonicalJson(bad);
    expect(attempt).toThrow(expect.objectContaining({ code: 'JSON_NOT_CANONICAL' }));
    expect(attempt).toThrow(`the value at ${pointer} `);
  });
});
