import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../../src/registry/findJsonFault.ts';

describe('findJsonFault', () => {
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
    expect(findJsonFault(text)).toMatchObject({ line, column, pointer });
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(findJsonFault('['.repeat(100_000))?.message).toBe('nested deeper than 32 levels');
    expect(findJsonFault('{"a":'.repeat(100_000))?.message).toBe('nested deeper than 32 levels');
  });

  it('finds nothing wrong with any JSON that is written by a program', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__"'));
        expect(findJsonFault(text)).toBeNull();
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
        if (findJsonFault(text) === null) expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
