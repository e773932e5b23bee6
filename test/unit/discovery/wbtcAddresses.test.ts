import { afterEach, expect, it } from 'vitest';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { readFeed } from '../../../src/discovery/readFeed.ts';
import { expectCode } from '../../support/expectCode.ts';
import {
  type FeedReply,
  makeAddresses,
  startFeedServer,
  wbtcEntry,
  wbtcPage,
} from '../../support/feedServer.ts';
import { mainnet } from '../../support/networks.ts';
import { createTestClock } from '../../support/testClock.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

const many = makeAddresses(450);
const [first = '', second = '', third = '', fourth = ''] = many;
const entries = many.map((text) => wbtcEntry(text));

async function serve(answer: (query: URLSearchParams, times: number) => FeedReply) {
  const server = await startFeedServer(answer);
  open.push(server);
  const read = (query = '') =>
    readFeed(
      { kind: 'wbtc-addresses', url: `${server.url}${query}`, provenance: ['test'] },
      { network: mainnet, now: () => UnixTime(1_790_000_000), clock: createTestClock() },
    );
  return { server, read };
}

const list = (...found: readonly unknown[]) =>
  serve(() => ({ json: { result: found, count: found.length } }));

it('reads page after page until all that are announced are there', async () => {
  const { server, read } = await serve((query) => ({ json: wbtcPage(entries, query) }));
  const { addresses, notes, complete } = await read();
  expect(addresses.map(({ address }) => address)).toEqual([...many].sort());
  expect({ notes, complete }).toEqual({ notes: [], complete: true });
  expect(server.queries).toEqual([
    '?pageIndex=1&pageSize=200',
    '?pageIndex=2&pageSize=200',
    '?pageIndex=3&pageSize=200',
  ]);
});

it('reads smaller pages where the server caps them', async () => {
  const { server, read } = await serve((query) => ({ json: wbtcPage(entries, query, 70) }));
  expect((await read()).addresses).toHaveLength(450);
  expect(server.queries).toHaveLength(7);
});

it('keeps the parameters of the URL but those of the page', async () => {
  const { server, read } = await serve((query) => ({ json: wbtcPage(entries.slice(0, 3), query) }));
  expect((await read('?type=custodial&pageSize=1&pageIndex=9')).addresses).toHaveLength(3);
  expect(server.queries).toEqual(['?type=custodial&pageIndex=1&pageSize=200']);
});

it('reads the form that gives everything at once', async () => {
  const { read } = await list(wbtcEntry(first), wbtcEntry(second));
  expect((await read()).addresses).toHaveLength(2);
});

it('lists an address whatever is claimed to lie there', async () => {
  const { read } = await list(
    wbtcEntry(first, { balance: '0' }),
    wbtcEntry(second, { balance: 2_099_999_999_999_999 }),
    wbtcEntry(third, { balance: undefined }),
  );
  const { addresses, notes } = await read();
  const claims = new Map(addresses.map(({ address, claimedSats }) => [address, claimedSats]));
  expect(claims.get(first)).toBe(0n);
  expect(claims.get(second)).toBe(2_099_999_999_999_999n);
  expect(claims.get(third)).toBeNull();
  expect(notes).toEqual([]);
});

it.each([
  [null],
  [-1],
  [1.5],
  [2 ** 53],
  ['1e8'],
  ['-1'],
  [' 1'],
  ['0x10'],
  ['2100000000000001'],
  ['9'.repeat(400)],
  [{ amount: '1' }],
  [true],
])('shows the claim %j as unknown, with a note, and keeps the address', async (balance) => {
  const { read } = await list(wbtcEntry(first, { balance }));
  const { addresses, notes, complete } = await read();
  expect(addresses).toMatchObject([{ address: first, claimedSats: null, role: 'custody' }]);
  expect(notes).toEqual([
    {
      code: 'DISCOVERY_CLAIM_INVALID',
      message: `the balance stated for "${first}" is no amount in satoshis`,
    },
  ]);
  expect(complete).toBe(true);
});

it('tells custody from what belongs to merchants, and from what it does not know', async () => {
  const { read } = await list(
    wbtcEntry(first),
    wbtcEntry(second, { type: 'deposit' }),
    wbtcEntry(third, { type: 'merchant' }),
    wbtcEntry(fourth, { type: 'constructor\u202e' }),
  );
  const { addresses, notes, complete } = await read();
  const found = new Map(addresses.map(({ address, role, purpose }) => [address, [role, purpose]]));
  expect(found.get(first)).toEqual(['custody', 'custodial']);
  expect(found.get(second)).toEqual(['custody', 'deposit']);
  expect(found.get(third)).toEqual(['other', 'merchant']);
  expect(found.get(fourth)).toEqual(['other', 'of an unknown type']);
  expect(complete).toBe(false);
  expect(notes).toEqual([
    {
      code: 'DISCOVERY_ENTRY_INVALID',
      message: `"${fourth}" is of the type "constructor\\u{202e}", which assay does not know`,
    },
  ]);
});

it('passes over accounts of other chains, but not in silence over a chain that it does not know', async () => {
  const account = wbtcEntry('0x2260fac5e5542a773aa44fbcfedf7c193bc2c599', { chain: 'eth' });
  const known = await list(account, wbtcEntry(first));
  expect(await known.read()).toMatchObject({ notes: [], complete: true });
  const unknown = await list(wbtcEntry(first), wbtcEntry(second, { chain: 'ltc' }));
  const { addresses, notes, complete } = await unknown.read();
  expect(addresses.map(({ address }) => address)).toEqual([first]);
  expect(notes.map(({ code }) => code)).toEqual(['DISCOVERY_ENTRY_INVALID']);
  expect(complete).toBe(false);
});

it('refuses a list of other chains alone', async () => {
  const { read } = await list(wbtcEntry('0x00', { chain: 'eth' }));
  await expectCode(() => read(), 'DISCOVERY_LIST_EMPTY');
});

it('takes one address that is listed a thousand times once, and adds nothing up', async () => {
  const { read } = await list(...Array.from({ length: 1000 }, () => wbtcEntry(first)));
  const { addresses, notes } = await read();
  expect(addresses).toMatchObject([{ address: first, claimedSats: 100_000_000n }]);
  expect(notes).toEqual([
    { code: 'DISCOVERY_ENTRY_REPEATED', message: `${first} is listed 1000 times` },
  ]);
});

it('says only of how many entries there is more to tell', async () => {
  const { read } = await list(...many.map((text) => wbtcEntry(text, { balance: 'x', type: 'y' })));
  const { notes } = await read();
  expect(notes).toHaveLength(42);
  expect(notes.at(-1)?.message).toBe('and 430 more of this kind');
});

it('refuses a list that announces 1,000,000 entries after its first page', async () => {
  const { server, read } = await serve((query) => ({
    json: { ...wbtcPage(entries, query), total: 1_000_000 },
  }));
  await expectCode(() => read(), 'DISCOVERY_LIST_TOO_LONG');
  expect(server.queries).toHaveLength(1);
});

it.each([
  ['total', { data: [], total: '2' }],
  ['total', { data: [], total: -1 }],
  ['total', { data: [] }],
  ['data', { data: {}, total: 0 }],
  ['an address', { result: [wbtcEntry(first, { address: null })], count: 1 }],
  ['an address', { result: [wbtcEntry('b'.repeat(201))], count: 1 }],
  ['a type', { result: [wbtcEntry(first, { type: undefined })], count: 1 }],
  ['entries', { result: [null], count: 1 }],
  ['an object', [wbtcEntry(first)]],
])('refuses an answer without %s of the right form', async (_, json) => {
  const { read } = await serve(() => ({ json }));
  await expectCode(() => read(), 'SOURCE_RESPONSE_INVALID');
});
