import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonBounds, scanJson } from '../../../src/core/scanJson.ts';

const bounds: JsonBounds = {
  length: 1_000_000,
  depth: 32,
  values: 100_000,
  members: 1000,
  string: 1000,
};

describe('scanJson', () => {
  it.each([
    ['an open object', '{\n  "a": 1,\n', 3, 1, ''],
    ['a comma before the end', '[1, 2,]', 1, 7, '/2'],
    ['a member without quotation marks', '{a: 1}', 1, 2, ''],
    ['a comment', '{\n  // note\n}', 2, 3, ''],
    ['a missing comma', '{"a": 1 "b": 2}', 1, 9, ''],
    ['a missing colon', '{"a" 1}', 1, 6, '/a'],
    ['a leading zero', '{"a": 01}', 1, 7, '/a'],
    ['NaN', '[NaN]', 1, 2, '/0'],
    ['an open string', '{"a": "b', 1, 7, '/a'],
    ['a line break in a string', '["a\nb"]', 1, 4, '/0'],
    ['an unknown escape', '["\\x"]', 1, 3, '/0'],
    ['something after the end', '{} {}', 1, 4, ''],
    ['a byte order mark', '\uFEFF{}', 1, 1, ''],
    ['nothing', '', 1, 1, ''],
    ['a member that is there twice', '{"a": {"b": 1, "b": 2}}', 1, 16, '/a/b'],
    ['a member that is there twice, once escaped', '{"ab": 1, "\\u0061b": 2}', 1, 11, '/ab'],
    ['a member named __proto__', '{"__proto__": {}}', 1, 2, '/__proto__'],
  ])('finds %s', (_, text, line, column, pointer) => {
    expect(scanJson(text, bounds)).toMatchObject({ line, column, pointer });
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(scanJson('['.repeat(100_000), bounds)?.message).toBe('nested deeper than 32 levels');
    expect(scanJson('{"a":'.repeat(100_000), bounds)?.message).toBe('nested deeper than 32 levels');
  });

  it('finds nothing wrong with any JSON that is written by a program', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__"'));
        expect(scanJson(text, bounds)).toBeNull();
      }),
    );
  });

  it('accepts no text that JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-',
      '.5',
      'e3',
      'null',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        if (scanJson(text, bounds) === null) expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['length', `"${'a'.repeat(bounds.string)}"`, { length: 100 }, ''],
    ['values', '[[],{},1,"a",null]', { values: 5 }, '/4'],
    ['members', '{"a":{"b":1,"c":2,"d":3}}', { members: 2 }, '/a/d'],
    ['string', '{"a":"12345"}', { string: 4 }, '/a'],
    ['string', '{"12345":0}', { string: 4 }, ''],
    ['string', '[12345]', { string: 4 }, '/0'],
    ['depth', '[[[]]]', { depth: 2 }, ''],
  ])('refuses what exceeds the bound of %s', (_, text, bound, pointer) => {
    expect(scanJson(text, bounds)).toBeNull();
    expect(scanJson(text, { ...bounds, ...bound })).toMatchObject({ kind: 'bound', pointer });
  });

  it('ends at the first fault: nothing after it is looked at', () => {
    const text = `[1,[2,[3]],{"a":1,"a":2},${'['.repeat(100)}`;
    expect(scanJson(text, bounds)).toMatchObject({ kind: 'repeated', pointer: '/2/a' });
  });

  it('tells a key that stands twice from one that is the same elsewhere, however many there are', () => {
    const members = Array.from({ length: 100 }, (_, index) => `"k${index}":{"k1":0}`);
    expect(scanJson(`{${members.join()}}`, bounds)).toBeNull();
    for (const index of [0, 15, 16, 17, 99]) {
      const text = `{${members.join()},"k${index}":0}`;
      expect(scanJson(text, bounds)).toMatchObject({ kind: 'repeated', pointer: `/k${index}` });
    }
  });

  it('says whether the text is broken, says a thing twice or is too much', () => {
    expect(scanJson('[', bounds)?.kind).toBe('syntax');
    expect(scanJson('{"a":1,"a":1}', bounds)?.kind).toBe('repeated');
    expect(scanJson('['.repeat(33), bounds)?.kind).toBe('bound');
  });
});
