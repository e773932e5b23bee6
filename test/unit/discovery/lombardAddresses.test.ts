import { afterEach, expect, it } from 'vitest';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { readFeed } from '../../../src/discovery/readFeed.ts';
import { expectCode } from '../../support/expectCode.ts';
import {
  type FeedReply,
  type FeedServer,
  lombardPage,
  makeAddresses,
  startFeedServer,
} from '../../support/feedServer.ts';
import { mainnet } from '../../support/networks.ts';
import { createTestClock } from '../../support/testClock.ts';

const open: FeedServer[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

const many = makeAddresses(2500);
const [first = ''] = many;

async function serve(answer: (query: URLSearchParams, times: number) => FeedReply) {
  const server = await startFeedServer(answer);
  open.push(server);
  const read = () =>
    readFeed(
      { kind: 'lombard-addresses', url: server.url, provenance: ['test'] },
      { network: mainnet, now: () => UnixTime(1_790_000_000), clock: createTestClock() },
    );
  return { server, read };
}

it('reads by offset until there is no more', async () => {
  const { server, read } = await serve((query) => ({ json: lombardPage(many, query) }));
  const { addresses, notes, complete } = await read();
  expect(addresses.map(({ address }) => address)).toEqual([...many].sort());
  expect(addresses[0]).toMatchObject({ role: 'custody', claimedSats: null, current: true });
  expect({ notes, complete }).toEqual({ notes: [], complete: true });
  expect(server.queries).toEqual([
    '?limit=1000&offset=0',
    '?limit=1000&offset=1000',
    '?limit=1000&offset=2000',
  ]);
});

it('goes on from what it got where the server gives less than it was asked for', async () => {
  const { server, read } = await serve((query) => ({ json: lombardPage(many, query, 900) }));
  expect((await read()).addresses).toHaveLength(2500);
  expect(server.queries.at(-1)).toBe('?limit=1000&offset=1800');
});

it('reads again when an entry came in front while it read', async () => {
  const { server, read } = await serve((query, times) => ({
    json: lombardPage(times === 1 ? many.slice(1) : many, query),
  }));
  const { addresses, notes } = await read();
  expect(addresses).toHaveLength(2500);
  expect(notes).toEqual([]);
  expect(server.queries).toHaveLength(6);
});

it('notes an address that the list has on two pages each time', async () => {
  const texts = [...many, first];
  const { read } = await serve((query) => ({ json: lombardPage(texts, query) }));
  const { addresses, notes, complete } = await read();
  expect(addresses).toHaveLength(2500);
  expect(notes).toEqual([
    { code: 'DISCOVERY_ENTRY_REPEATED', message: `${first} is listed 2 times` },
  ]);
  expect(complete).toBe(true);
});

it('refuses a server that says that there is more and gives nothing', async () => {
  const { server, read } = await serve((query) => ({
    json: { ...lombardPage(many, query), has_more: true },
  }));
  await expectCode(() => read(), 'DISCOVERY_LIST_CHANGED');
  expect(server.queries).toHaveLength(12);
});

it('refuses a server that gives the first page for each', async () => {
  const json = { addresses: many.map((text) => ({ btc_address: text })), has_more: true };
  const { read } = await serve(() => ({ json }));
  await expectCode(() => read(), 'DISCOVERY_LIST_CHANGED');
});

it('refuses 1,000,000 entries when it has read 200,000', async () => {
  const { server, read } = await serve((query) => {
    const offset = Number(query.get('offset'));
    const addresses = Array.from({ length: 1000 }, (_, index) => ({
      btc_address: `${offset + index}`,
    }));
    return { json: { addresses, has_more: offset < 999_000 } };
  });
  await expectCode(() => read(), 'DISCOVERY_LIST_TOO_LONG');
  expect(server.queries).toHaveLength(200);
});

it.each([
  ['has_more', { addresses: [] }],
  ['has_more', { addresses: [], has_more: 'false' }],
  ['addresses', { has_more: false }],
  ['addresses.0', { addresses: [first], has_more: false }],
  ['addresses.0.btc_address', { addresses: [{ address: first }], has_more: false }],
])('refuses an answer with a wrong %s', async (where, json) => {
  const { read } = await serve(() => ({ json }));
  const error = await expectCode(() => read(), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain(`interface: ${where}:`);
});
