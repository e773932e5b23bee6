import { expect, it } from 'vitest';
import { readCbbtcJson } from '../../../src/discovery/cbbtcJson.ts';
import type { FeedClient } from '../../../src/discovery/feedClient.ts';
import { expectCode } from '../../support/expectCode.ts';
import { makeAddresses } from '../../support/feedServer.ts';

const [first = '', second = ''] = makeAddresses(2);

function clientOf(value: unknown): FeedClient {
  const source = { id: 'https://issuer.example/feed', operator: 'issuer.example', kind: 'test' };
  return { source, getJson: async () => value, close: async () => undefined };
}

const money = (amount: unknown, currency = 'BTC', network = 'bitcoin') => ({
  amount,
  currency: { name: currency },
  network: { name: network },
});

/** The documented form. */
function answer(...reserveAddresses: readonly unknown[]) {
  return {
    schema: 'v1',
    lastUpdatedAt: '2025-02-21T17:59:48Z',
    reservesTotal: money('1170.98458584'),
    reserveAddresses,
    wrappedAssetsByNetwork: [],
    wrappedAssetsTotal: { amount: '1.0', currency: { name: 'CBBTC' } },
  };
}

it('reads addresses, the amounts claimed for them, and when that was said', async () => {
  const list = await readCbbtcJson(
    clientOf(
      answer(
        { address: first, balance: money('690.00001207') },
        { address: second, balance: money('0') },
      ),
    ),
  );
  expect(list).toEqual({
    entries: [
      { text: first, claimedSats: 69_000_001_207n },
      { text: second, claimedSats: 0n },
    ].map((entry) => ({
      ...entry,
      role: 'custody',
      purpose: 'reserve address',
      current: true,
    })),
    notes: [],
    complete: true,
    publishedAt: Date.UTC(2025, 1, 21, 17, 59, 48) / 1000,
  });
});

it.each([
  ['no amount', {}],
  ['a number', money(690.1)],
  ['too many places', money('1.000000001')],
  ['more than all bitcoin', money('21000001')],
  ['a negative amount', money('-1')],
  ['grouped digits', money('1,000.00')],
  ['another currency', money('1', 'USD')],
  ['another network', money('1', 'BTC', 'ethereum')],
  ['null', null],
])('keeps an address whose claim is %s, with a note', async (_, balance) => {
  const { entries, notes, complete } = await readCbbtcJson(
    clientOf(answer({ address: first, balance })),
  );
  expect(entries).toMatchObject([{ text: first, claimedSats: null }]);
  expect(notes).toEqual([
    {
      code: 'DISCOVERY_CLAIM_INVALID',
      message: `the balance stated for "${first}" is no amount in BTC on Bitcoin`,
    },
  ]);
  expect(complete).toBe(true);
});

it('reads an address of which nothing is claimed', async () => {
  const { entries, notes } = await readCbbtcJson(clientOf(answer({ address: first })));
  expect(entries).toMatchObject([{ text: first, claimedSats: null }]);
  expect(notes).toEqual([]);
});

it.each([
  ['2025-02-21T19:59:48.750+02:00', 1_740_160_788],
  ['2025-02-21', null],
  ['2025-02-31T00:00:00Z', null],
  ['1969-12-31T23:59:59Z', null],
  ['yesterday', null],
  [1_740_160_788, null],
  [undefined, null],
])('takes %j for the time %j', async (lastUpdatedAt, publishedAt) => {
  const list = await readCbbtcJson(clientOf({ ...answer({ address: first }), lastUpdatedAt }));
  expect(list.publishedAt).toBe(publishedAt);
});

it.each([
  ['another schema', { ...answer(), schema: 'v2' }, 'schema'],
  ['no list', { ...answer(), reserveAddresses: undefined }, 'reserveAddresses'],
  ['an address that is no text', answer({ address: [first] }), 'reserveAddresses.0.address'],
  ['null', null, 'the answer'],
])('refuses %s and says where', async (_, value, where) => {
  const error = await expectCode(() => readCbbtcJson(clientOf(value)), 'SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain(`interface: ${where}:`);
});
