import { expect, it } from 'vitest';
import { type Page, readFeedPages } from '../../../src/discovery/readFeedPages.ts';
import { expectCode } from '../../support/expectCode.ts';

const source = { id: 'https://feed.example/list', operator: 'feed.example', kind: 'test' };

/** Reads pages that are given by number of reading, from 1, and by index of page. */
async function read(pageOf: (reading: number, index: number, offset: number) => Page<string>) {
  let reading = 0;
  const asked: number[] = [];
  const entries = await readFeedPages(
    source,
    async ({ index, offset }) => {
      if (index === 0) reading += 1;
      asked.push(offset);
      return pageOf(reading, index, offset);
    },
    (entry) => entry,
  );
  return { entries, reading, asked };
}

/** Pages without a total: the last says so. */
function chain(pages: readonly (readonly string[])[], index: number): Page<string> {
  return { entries: pages[index] ?? [], total: null, isLast: index >= pages.length - 1 };
}

function counted(pages: readonly (readonly string[])[], index: number, total: number) {
  return { entries: pages[index] ?? [], total, isLast: false };
}

it('reads on from where the last page ended, whatever its size', async () => {
  const pages = [['a', 'b', 'c'], ['d'], ['e', 'f']];
  const { entries, asked } = await read((_, index) => chain(pages, index));
  expect(entries).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(asked).toEqual([0, 3, 4]);
});

it('reads again from the start a list that changed once', async () => {
  const { entries, reading } = await read((times, index) =>
    times === 1 ? counted([['a'], []], index, 2) : counted([['a'], ['b'], ['c']], index, 3),
  );
  expect(entries).toEqual(['a', 'b', 'c']);
  expect(reading).toBe(2);
});

it.each<[string, (reading: number, index: number) => Page<string>]>([
  ['an empty page before the end', (_, index) => counted([['a'], []], index, 2)],
  ['an empty page before others', (_, index) => ({ ...chain([['a'], []], index), isLast: false })],
  ['another number of entries', (_, index) => counted([['a'], ['b'], ['c']], index, 3 + index)],
  ['lists more', (_, index) => counted([['a', 'b', 'c']], index, 2)],
  ['lists 1', () => ({ entries: ['a'], total: 2, isLast: true })],
  ['one page twice', (_, index) => counted([['a'], ['a'], ['a']], index, 3)],
  ['one page twice', () => ({ entries: ['a'], total: null, isLast: false })],
])('refuses a list that never holds still: %s', async (what, pageOf) => {
  let readings = 0;
  const error = await expectCode(
    () =>
      read((reading, index) => {
        readings = reading;
        return pageOf(reading, index);
      }),
    'DISCOVERY_LIST_CHANGED',
  );
  expect(readings).toBe(3);
  expect(error.facts).toEqual({ source: source.id, readings: 3 });
  expect(error.message).toContain(
    what.replace(' before the end', '').replace(' before others', ''),
  );
});

it('takes a list with an address on two pages once a second reading is the same', async () => {
  const pages = [
    ['a', 'b'],
    ['b', 'c'],
  ];
  const { entries, reading } = await read((_, index) => chain(pages, index));
  expect(entries).toEqual(['a', 'b', 'b', 'c']);
  expect(reading).toBe(2);
});

it('reads again when entries moved from page to page', async () => {
  const moved = [
    ['a', 'b'],
    ['b', 'c'],
  ];
  const still = [['x', 'a'], ['b', 'c'], ['d']];
  const { entries } = await read((times, index) => chain(times === 1 ? moved : still, index));
  expect(entries).toEqual(['x', 'a', 'b', 'c', 'd']);
});

it('refuses a list whose entries move in each reading', async () => {
  const error = await expectCode(
    () =>
      read((times, index) =>
        chain(
          [
            ['a', `b${times}`],
            [`b${times}`, 'c'],
          ],
          index,
        ),
      ),
    'DISCOVERY_LIST_CHANGED',
  );
  expect(error.message).toContain('lists an address on two of its pages');
});

it('stops at 200,000 entries while there are more', async () => {
  const page = (from: number) => Array.from({ length: 1000 }, (_, index) => `${from + index}`);
  let pages = 0;
  await expectCode(
    () =>
      read((_, index, offset) => {
        pages = index + 1;
        return { entries: page(offset), total: null, isLast: false };
      }),
    'DISCOVERY_LIST_TOO_LONG',
  );
  expect(pages).toBe(200);
});

it('stops at 2000 pages, however small they are', async () => {
  const error = await expectCode(
    () => read((_, index) => ({ entries: [`${index}`], total: null, isLast: false })),
    'DISCOVERY_LIST_TOO_LONG',
  );
  expect(error.message).toContain('over more than 2000 pages');
});
