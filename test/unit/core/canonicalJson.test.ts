import { describe, expect, it } from 'vitest';
import { canonicalJson, digestJson } from '../../../src/core/canonicalJson.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('canonicalJson', () => {
  it('sorts keys by UTF-16 code units and escapes as RFC 8785 says', () => {
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude02': 4, ö: 5 })).toBe(
      '{"\\r":2,"1":3,"ö":5,"€":1,"😂":4}',
    );
    expect(canonicalJson({ b: [true, null, 'a"\u0001'], a: 10 })).toBe(
      '{"a":10,"b":[true,null,"a\\"\\u0001"]}',
    );
  });

  it.each([
    ['a fraction', { a: { b: 0.5 } }],
    ['an integer past 2^53', { a: 2 ** 53 }],
    ['not a number', { a: Number.NaN }],
    ['undefined', { a: undefined }],
    ['a bigint', { a: 1n }],
    ['a lone surrogate', { a: '\ud800' }],
  ])('refuses %s', async (_, value) => {
    const error = await expectCode(() => canonicalJson(value), 'JSON_NOT_CANONICAL');
    expect(error.message).toContain('/a');
  });
});

describe('digestJson', () => {
  it('is SHA-256 of the canonical text', () => {
    expect(digestJson({})).toBe(
      '0x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    );
    expect(digestJson({ a: 1, b: 2 })).toBe(digestJson({ b: 2, a: 1 }));
  });
});
