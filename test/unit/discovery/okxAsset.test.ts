import { afterEach, expect, it } from 'vitest';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { type FeedPlace, readFeed } from '../../../src/discovery/readFeed.ts';
import { expectCode } from '../../support/expectCode.ts';
import { type FeedServer, makeAddresses, startFeedServer } from '../../support/feedServer.ts';
import { mainnet } from '../../support/networks.ts';
import { createTestClock } from '../../support/testClock.ts';

const open: FeedServer[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

const [first = '', second = ''] = makeAddresses(2);
const place: FeedPlace = { kind: 'okx-asset', mintedCoinName: 'xBTC', provenance: ['test'] };
const now = () => UnixTime(1_790_000_000);

/** The documented form. */
function answer(data: Readonly<Record<string, unknown>> = {}) {
  return {
    code: 0,
    data: {
      dataTime: 1_740_160_788_750,
      lockAddresses: [{ address: first }, { address: second }],
      stakingBalanceDetails: [],
      stakingWithdrawalCredentials: [],
      ...data,
    },
    detailMsg: '',
    error_code: '0',
    error_message: '',
    msg: '',
  };
}

async function read(json: unknown, query = '') {
  const server = await startFeedServer(() => ({ json }));
  open.push(server);
  const url = `${server.url}${query}`;
  return readFeed(place, { url, network: mainnet, now, clock: createTestClock() });
}

it('reads the addresses of the asset that the place names', async () => {
  const reading = await read(answer(), '?mintedCoinName=xETH&key=1');
  expect(open[0]?.queries).toEqual(['?key=1&mintedCoinName=xBTC']);
  expect(reading).toMatchObject({
    addresses: [{ address: first, role: 'custody', claimedSats: null }, { address: second }],
    notes: [],
    complete: true,
    publishedAt: 1_740_160_788,
  });
});

it('cannot read where nobody says where it is', async () => {
  const error = await expectCode(
    () => readFeed(place, { network: mainnet, now }),
    'DISCOVERY_URL_MISSING',
  );
  expect(error.fix).toBe('Give its URL with --url okx-asset=URL.');
});

it.each([
  ['', { ...answer(), error_code: '51000', error_message: 'secret' }, ' 51000'],
  ['', { ...answer(), code: 50011, data: null }, ' 50011'],
  [' without its words', { ...answer(), error_code: 'secret' }, ''],
])('refuses an answer that is an error%s', async (_, json, code) => {
  const error = await expectCode(() => read(json), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toBe(`${open[0]?.url} answered with an error${code} of its own`);
});

it.each([
  ['error_code', { ...answer(), error_code: undefined }],
  ['code', { ...answer(), code: null }],
  ['data', { ...answer(), data: null }],
  ['data.lockAddresses', answer({ lockAddresses: { length: 1 } })],
  ['data.lockAddresses.0.address', answer({ lockAddresses: [{ address: 1 }] })],
])('refuses an answer with a wrong %s', async (where, json) => {
  const error = await expectCode(() => read(json), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain(`interface: ${where}:`);
});

it('says that stakes are listed as well', async () => {
  const reading = await read(
    answer({ stakingBalanceDetails: [{ address: '0x1' }], stakingWithdrawalCredentials: null }),
  );
  expect(reading.addresses).toHaveLength(2);
  expect(reading.complete).toBe(false);
  expect(reading.notes).toEqual([
    {
      code: 'DISCOVERY_ENTRY_INVALID',
      message: '1 stakes are listed beside the addresses, which are no bitcoin',
    },
  ]);
});

it.each([[1_740_160_788], ['1740160788750'], [null], [9e15]])(
  'does not guess what time %j is',
  async (dataTime) => {
    expect((await read(answer({ dataTime }))).publishedAt).toBeNull();
  },
);
