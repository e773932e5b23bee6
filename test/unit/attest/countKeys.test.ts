import { describe, expect, it } from 'vitest';
import { countKeys, countKeysInText } from '../../../src/attest/countKeys.ts';

describe('countKeysInText', () => {
  it.each([
    ['{}', 0],
    ['{"a":1,"b":[{"c":null}]}', 3],
    ['{"a":1,"a":2}', 2],
    [String.raw`{"a:b":"c:d","\"":"\\","e\\":":\":"}`, 3],
    ['":"', 0],
  ])('counts those of %s', (text, count) => {
    expect(countKeysInText(text)).toBe(count);
  });

  it('agrees with the value where no key stands twice', () => {
    const value = { a: [{ b: ':' }, { '"': { '\\': 1 } }], c: 'd"e":' };
    expect(countKeysInText(JSON.stringify(value))).toBe(countKeys(value));
  });
});
