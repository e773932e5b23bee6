import { afterEach, expect, it } from 'vitest';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { type FeedOptions, type FeedPlace, readFeed } from '../../../src/discovery/readFeed.ts';
import { expectCode } from '../../support/expectCode.ts';
import { type FeedReply, makeAddresses, startFeedServer } from '../../support/feedServer.ts';
import { mainnet, regtest } from '../../support/networks.ts';
import { createTestClock } from '../../support/testClock.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

const provenance = ['test'];
const place: FeedPlace = {
  kind: 'cbbtc-json',
  url: 'https://issuer.invalid/reserves.json',
  provenance,
};
const now = UnixTime(1_790_000_000);
const [first = '', second = ''] = makeAddresses(2);
const good = { reserveAddresses: [{ address: second }, { address: first }] };

async function serve(answer: (query: URLSearchParams, times: number) => FeedReply) {
  const server = await startFeedServer(answer);
  open.push(server);
  const clock = createTestClock();
  const read = (changes: Partial<FeedOptions> = {}) =>
    readFeed(place, { url: server.url, network: mainnet, now: () => now, clock, ...changes });
  return { server, clock, read };
}

it('tells who said what, when, of which addresses in order', async () => {
  const { server, read } = await serve(() => ({ json: good }));
  expect(await read()).toMatchObject({
    place,
    side: 'issuer',
    source: { id: server.url, operator: '127.0.0.1', kind: 'cbbtc-json' },
    readAt: now,
    point: null,
    publishedAt: null,
    addresses: [{ address: first }, { address: second }],
    notes: [],
    complete: true,
  });
  expect(server.queries).toEqual(['']);
});

it('keeps the query of the URL, sends its password in a header, and shows neither', async () => {
  const { server, read } = await serve(() => ({ status: 500, body: 'no: key=hunter2' }));
  const url = `${server.url.replace('//', '//me:pass%40word@')}?key=hunter2#there`;
  const error = await expectCode(() => read({ url }), 'SOURCE_SERVER_ERROR');
  expect(server.queries.at(-1)).toBe('?key=hunter2');
  expect(server.authorization).toBe(`Basic ${Buffer.from('me:pass@word').toString('base64')}`);
  const shown = `${error.stack} ${JSON.stringify(error.facts)} ${error.fix}`;
  expect(shown).not.toMatch(/hunter2|pass|word/);
  expect(error.message).toBe(`${server.url} answered #list with HTTP 500`);
});

it('asks the host of the URL, also where the path looks like another', async () => {
  const { server, read } = await serve(() => ({ json: good }));
  const url = server.url.replace('/feed', '//other.invalid/feed');
  expect((await read({ url })).source).toMatchObject({ id: url, operator: '127.0.0.1' });
});

it.each(['not a URL', 'ftp://host/x', 'https://me:se/cret@host/x', 'https://me:%zz@host/secret'])(
  'refuses the URL %j without showing it',
  async (url) => {
    const options = { url, network: mainnet, now: () => now };
    const error = await expectCode(() => readFeed(place, options), 'SOURCE_URL_INVALID');
    expect(error.message).not.toMatch(/cret|host|ftp:/);
  },
);

it.each([
  ['a web page', 200, '<!doctype html><title>Just a moment…</title>', 'a web page'],
  ['an empty answer', 200, '', 'something else'],
  ['half of an answer', 200, '{"reserveAddresses":[', 'something else'],
  ['a 404', 404, '{}', 'HTTP 404'],
  ['a redirection', 302, '', 'a redirection'],
])('refuses %s', async (_, status, body, found) => {
  const headers = { location: 'http://127.0.0.1:1/elsewhere' };
  const { server, read } = await serve(() => ({ status, headers, body }));
  const error = await expectCode(() => read(), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain(found);
  expect(server.queries).toHaveLength(1);
});

it('does not read an answer of 10 MB', async () => {
  const body = JSON.stringify({ ...good, padding: 'x'.repeat(10_000_000) });
  const { read } = await serve(() => ({ status: 200, body }));
  await expectCode(() => read(), 'SOURCE_RESPONSE_TOO_LARGE');
});

it('refuses more entries than it takes without looking at one', async () => {
  const zero = '0'.padEnd(20);
  const body = `{"reserveAddresses":[${`${zero},`.repeat(200_000)}0]}`;
  const { read } = await serve(() => ({ status: 200, body }));
  const error = await expectCode(() => read(), 'DISCOVERY_LIST_TOO_LONG');
  expect(error.message).toContain('lists 200001 entries in one answer');
});

it.each([
  ['nesting without end', '['.repeat(4_000_000)],
  ['more values than its length lets expect', `[${'0,'.repeat(999_999)}0]`],
])('refuses %s before it makes anything of it', async (_, body) => {
  const { read } = await serve(() => ({ status: 200, body }));
  await expectCode(() => read(), 'SOURCE_RESPONSE_TOO_LARGE');
});

it('refuses a member that is there twice', async () => {
  const body = '{"reserveAddresses":[],"reserveAddresses":[]}';
  const { read } = await serve(() => ({ status: 200, body }));
  const error = await expectCode(() => read(), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain('there twice');
});

it('refuses an empty list', async () => {
  const { read } = await serve(() => ({ json: { reserveAddresses: [] } }));
  await expectCode(() => read(), 'DISCOVERY_LIST_EMPTY');
});

it('waits as long as a busy server asks for', async () => {
  const busy = { status: 429, headers: { 'retry-after': '7' }, body: '' };
  const { clock, read } = await serve((_, times) => (times < 3 ? busy : { json: good }));
  expect((await read()).addresses).toHaveLength(2);
  expect(clock.sleeps).toEqual([7000, 7000]);
});

it('gives up on a server that stays busy or broken after four attempts', async () => {
  const busy = await serve(() => ({ status: 429, headers: { 'retry-after': '7' }, body: '' }));
  await expectCode(() => busy.read(), 'SOURCE_RATE_LIMITED');
  expect(busy.server.queries).toHaveLength(4);
  const broken = await serve(() => ({ status: 500, body: '' }));
  await expectCode(() => broken.read(), 'SOURCE_SERVER_ERROR');
  expect(broken.server.queries).toHaveLength(4);
});

it('does not wait for a server that never answers', async () => {
  const { read } = await serve(() => 'hang');
  const error = await expectCode(() => read({ timeoutMs: 50 }), 'SOURCE_TIMEOUT');
  expect(error.facts).toMatchObject({ timeoutMs: 50 });
});

it('ends when the caller gives up', async () => {
  const { server, read } = await serve(() => ({ json: good }));
  await expectCode(() => read({ signal: AbortSignal.abort() }), 'SOURCE_TIMEOUT');
  expect(server.queries).toEqual([]);
});

it('takes no address of another network, and knows that the list is not whole', async () => {
  const { read } = await serve(() => ({ json: good }));
  const reading = await read({ network: regtest });
  expect(reading).toMatchObject({ addresses: [], complete: false });
  expect(reading.notes.map(({ code }) => code)).toEqual([
    'DISCOVERY_ENTRY_INVALID',
    'DISCOVERY_ENTRY_INVALID',
  ]);
});

it('never mends an address, and prints what stands there so that it cannot steer a terminal', async () => {
  const texts = [`'${first}'`, `"${first}`, ` ${first}`, `\u202e${first}`, `\u001b[2J${first}`];
  const json = { reserveAddresses: texts.map((text) => ({ address: text })) };
  const { read } = await serve(() => ({ json }));
  const { addresses, notes, complete } = await read();
  expect({ addresses, complete }).toEqual({ addresses: [], complete: false });
  expect(notes).toHaveLength(5);
  const shown = notes.map(({ message }) => message).join('');
  expect(shown).toMatch(/\\u\{202e\}.*\\u\{1b\}/);
  expect(shown).not.toMatch(/\p{C}/u);
});

it('does not take a field from a prototype', async () => {
  const entry = `{"__proto__":{"address":"${first}"},"constructor":1}`;
  const { read } = await serve(() => ({ status: 200, body: `{"reserveAddresses":[${entry}]}` }));
  const error = await expectCode(() => read(), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain('instead of JSON');
});
