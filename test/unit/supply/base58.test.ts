import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase58, encodeBase58, isBase58Key } from '../../../src/supply/base58.ts';

// https://datatracker.ietf.org/doc/html/draft-msporny-base58-03, section 5.
const vectors = [
  ['48656c6c6f20576f726c6421', '2NEpo7TZRRrLZSi2U'],
  ['0000287fb4cd', '11233QC4'],
  ['', ''],
  ['00', '1'],
] as const;

describe('base58', () => {
  it.each(vectors)('writes %s as %s and reads it', (hex, text) => {
    expect(encodeBase58(Buffer.from(hex, 'hex'))).toBe(text);
    expect(Buffer.from(decodeBase58(text) ?? []).toString('hex')).toBe(hex);
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase58(encodeBase58(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(['0OIl', 'a b', 'ä', '+', '1'.repeat(129)])('refuses %s', (text) => {
    expect(decodeBase58(text)).toBeUndefined();
  });

  it('knows keys of 32 bytes, among them the one that is all zeros', () => {
    expect(isBase58Key('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA')).toBe(true);
    expect(isBase58Key('1'.repeat(32))).toBe(true);
    expect(isBase58Key('1'.repeat(31))).toBe(false);
    expect(isBase58Key('TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi')).toBe(false);
  });
});
