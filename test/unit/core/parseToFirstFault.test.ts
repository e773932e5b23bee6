import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseToFirstFault } from '../../../src/core/parseToFirstFault.ts';

const entry = z.strictObject({ name: z.string().regex(/^[a-z]+$/), tags: z.array(z.int()) });
const schema = z.strictObject({
  entries: z.array(entry).max(5000).optional(),
  byName: z.record(z.string().regex(/^[a-z]+$/), entry).nullable(),
  either: z.union([z.string(), z.array(z.int())]).default('none'),
});

const good = { name: 'a', tags: [1, 2] };

function firstFault(value: unknown) {
  const parsed = parseToFirstFault(schema, value);
  return parsed.success ? undefined : parsed.issue;
}

/** Members whose reading is counted, to see where a parse ended. */
function counted(members: readonly object[]): { list: object[]; read: () => number } {
  let read = 0;
  const list = members.map((member) => ({
    get name() {
      read += 1;
      return Reflect.get(member, 'name');
    },
    tags: [],
  }));
  return { list, read: () => read };
}

describe('parseToFirstFault', () => {
  it('gives what the schema makes of a value', () => {
    expect(parseToFirstFault(schema, { entries: [good], byName: { a: good } })).toEqual({
      success: true,
      data: { entries: [good], byName: { a: good }, either: 'none' },
    });
  });

  it.each([
    ['an element of another type', { entries: [good, {}], byName: null }, ['entries', 1, 'name']],
    [
      'a list in a list',
      { entries: [{ ...good, tags: [1, '2'] }], byName: null },
      ['entries', 0, 'tags', 1],
    ],
    ['a value of a dictionary', { byName: { a: good, b: 1 } }, ['byName', 'b']],
    ['a key of a dictionary', { byName: { A: good } }, ['byName', 'A']],
    ['a list among alternatives', { byName: null, either: [1, 'x'] }, ['either', 1]],
    ['a member outside of lists', { entries: [good], byName: 1 }, ['byName']],
    ['an unknown member', { byName: null, other: 1 }, []],
    ['a list that is too long', { entries: Array(5001).fill(good), byName: null }, ['entries']],
    ['another type', null, []],
  ])('finds %s', (_, value, path) => {
    expect(firstFault(value)).toMatchObject({ path, message: expect.any(String) });
    expect(schema.safeParse(value).success).toBe(false);
  });

  it('reads no element after the first that is at fault, whether of type or of form', () => {
    for (const wrong of [{}, { name: 'NOT LOWER' }]) {
      const { list, read } = counted([good, wrong, ...Array<object>(1000).fill(wrong)]);
      expect(firstFault({ entries: list, byName: null })?.path).toEqual(['entries', 1, 'name']);
      expect(read()).toBeLessThan(10);
    }
  });

  it('reads no key after the first of a dictionary that is at fault', () => {
    const { list, read } = counted(Array<object>(1000).fill({ name: 1 }));
    const byName = Object.fromEntries(list.map((member, index) => ['a'.repeat(index + 1), member]));
    expect(firstFault({ byName })?.path).toEqual(['byName', 'a', 'name']);
    expect(read()).toBeLessThan(10);
  });
});
