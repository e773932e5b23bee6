import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import { createAptosSource } from '../../../../src/supply/aptos/aptosSource.ts';
import { primaryStoreOf } from '../../../../src/supply/aptos/aptosToken.ts';
import { unknownVersion } from '../../../../src/supply/aptos/guardViews.ts';
import type { HoldingToRead } from '../../../../src/supply/holdingReader.ts';
import type { SupplySource } from '../../../../src/supply/supplySource.ts';
import { type AptosApi, aptosPoint, createAptosApi } from '../../../support/aptosApi.ts';
import {
  type ApiReply,
  type JsonApiServer,
  startJsonApiServer,
} from '../../../support/jsonApiServer.ts';
import { rejectionCode } from '../../../support/rejection.ts';

/**
 * View functions and what they return are those of aptos-labs/aptos-core, framework/aptos-framework:
 * `primary_fungible_store::balance`, `coin::balance` and `dispatchable_fungible_asset::derived_balance` (u64),
 * `fungible_asset::store_exists` and `coin::is_coin_initialized` (bool), `fungible_asset::store_metadata`
 * (`Object<Metadata>`, which api/types/src/convert.rs writes as `{ "inner": address }`).
 */
const chain = ChainId('aptos:1');
const xbtcAddress = '0x81214a80d82035a190fcb76b6ff3c0145161c3a9f33d137f2bbaee4cfec8a387';
const legacyType = '0x5e156f1207d0ebfa19a9eeff00d62a282278fb8719f4fab3a586a0a2c0fffbea::coin::T';
const xbtc = TokenId(`aptos:1/fungible:${xbtcAddress}`);
const legacy = TokenId(`aptos:1/coin:${encodeURIComponent(legacyType)}`);
const holder = `0x${'0'.repeat(62)}b7`;
const held: HoldingToRead = { token: xbtc, holder };
const heldCoin: HoldingToRead = { token: legacy, holder };
const views = {
  primary: '0x1::primary_fungible_store::balance',
  isStore: '0x1::fungible_asset::store_exists',
  ofAsset: '0x1::fungible_asset::store_metadata',
  stored: '0x1::dispatchable_fungible_asset::derived_balance',
  coin: '0x1::coin::balance',
  isCoin: '0x1::coin::is_coin_initialized',
};

let server: JsonApiServer;
let source: SupplySource;
let api: AptosApi;

beforeEach(async () => {
  api = createAptosApi();
  api.views.set(views.primary, ['42']);
  api.views.set(views.isStore, [false]);
  api.views.set(views.coin, ['7']);
  api.views.set(views.isCoin, [true]);
  server = await startJsonApiServer((request) => api.answer(request));
  source = createAptosSource({
    url: server.url,
    source: { id: server.url, operator: 'test', kind: 'aptos' },
    chain,
    timeoutMs: 5_000,
    wait: async () => {},
  });
});
afterEach(async () => {
  await source.close();
  await server[Symbol.asyncDispose]();
});

async function read(...holdings: readonly HoldingToRead[]) {
  if (!source.holdings) throw new Error('it cannot tell who holds how much');
  return source.holdings.readHoldings(holdings, aptosPoint(2_000));
}

async function readOne(holding = held) {
  const [reading] = await read(holding);
  return reading;
}

const calls = () => server.requests.filter(({ path }) => path === '/v1/view');

/** Makes the holder a store. */
function store(amount: string, asset: string): void {
  api.views.set(views.isStore, [true]);
  api.views.set(views.stored, [amount]);
  api.views.set(views.ofAsset, [{ inner: asset }]);
}

describe('what an account has on Aptos', () => {
  it('lies in its primary store, at the last ledger version of the block', async () => {
    expect(await read(held)).toEqual([{ ...held, amount: 42n }]);
    expect(calls().map(({ target }) => target)).toEqual([
      '/v1/view?ledger_version=20009',
      '/v1/view?ledger_version=20009',
      `/v1/view?ledger_version=${unknownVersion}`,
    ]);
    expect(calls().map(({ body }) => body)).toContainEqual({
      function: views.primary,
      type_arguments: ['0x1::fungible_asset::Metadata'],
      arguments: [holder, xbtcAddress],
    });
    expect(calls().map(({ body }) => body)).toContainEqual({
      function: views.isStore,
      type_arguments: [],
      arguments: [holder],
    });
  });

  it('is what the coin module says of a coin that there is', async () => {
    expect(await read(heldCoin, held)).toEqual([
      { ...heldCoin, amount: 7n },
      { ...held, amount: 42n },
    ]);
    expect(calls().map(({ body }) => body)).toContainEqual({
      function: views.coin,
      type_arguments: [legacyType],
      arguments: [holder],
    });
    api.views.set(views.coin, ['0']);
    api.views.set(views.isCoin, [false]);
    expect(await readOne(heldCoin)).toMatchObject({ error: { code: 'TOKEN_MISSING' } });
  });

  it('is exact up to 64 bits', async () => {
    for (const amount of [0n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      api.views.set(views.primary, [`${amount}`]);
      expect(await readOne()).toEqual({ ...held, amount });
    }
  });

  it('is not known of an asset or a coin that there is not, and that harms no other', async () => {
    api.views.set(views.primary, api.fault(400, 'invalid_input'));
    const [wrong, right] = await read(held, heldCoin);
    expect(wrong).toMatchObject({ ...held, error: { code: 'TOKEN_REVERTED' } });
    expect(right).toEqual({ ...heldCoin, amount: 7n });
    api.views.delete(views.coin);
    expect(await readOne(heldCoin)).toMatchObject({ error: { code: 'TOKEN_MISSING' } });
  });

  it.each([
    ['INTERNAL_ERROR', { token: TokenId('aptos:2/fungible:0x1'), holder }],
    ['INTERNAL_ERROR', { token: xbtc, holder: '0xb7' }],
    ['INTERNAL_ERROR', { token: xbtc, holder: holder.toUpperCase() }],
    ['TOKEN_ID_INVALID', { token: TokenId('aptos:1/fungible:0x1'), holder }],
    ['SUPPLY_CHAIN_UNSUPPORTED', { token: TokenId('aptos:1/slip44:637'), holder }],
  ])('is refused with %s, and not asked for, of %j', async (code, holding) => {
    expect(await readOne(holding)).toMatchObject({ ...holding, error: { code } });
    expect(calls()).toEqual([]);
  });
});

describe('a holder on Aptos that is a store', () => {
  it('has what lies there', async () => {
    store('5', xbtcAddress);
    expect(await readOne()).toEqual({ ...held, amount: 5n });
    expect(calls().map(({ body }) => body)).toContainEqual({
      function: views.stored,
      type_arguments: ['0x1::fungible_asset::FungibleStore'],
      arguments: [holder],
    });
  });

  it('of another asset is no holder of nothing', async () => {
    store('5', '0xa');
    expect(await readOne()).toMatchObject({
      error: {
        code: 'TOKEN_HOLDING_UNKNOWN',
        message: expect.stringContaining(`is a store of another asset, 0x${'0'.repeat(63)}a`),
      },
    });
  });

  it('is not taken twice, where it is the primary store of a holder', async () => {
    store('5', xbtcAddress);
    const kept = { token: xbtc, holder: primaryStoreOf(holder, xbtcAddress) };
    const [account, own] = await read(held, kept);
    expect(account).toEqual({ ...held, amount: 5n });
    expect(own).toMatchObject({
      ...kept,
      error: {
        code: 'TOKEN_HOLDING_UNKNOWN',
        message: `${kept.holder} is where ${holder} keeps its tokens, and both are listed: what it has of ${xbtc} would count twice`,
      },
    });
    // Another asset of that account lies elsewhere.
    expect((await read(heldCoin, kept))[1]).toEqual({ ...kept, amount: 5n });
  });

  it('has no coins', async () => {
    store('5', xbtcAddress);
    expect(await readOne(heldCoin)).toMatchObject({ error: { code: 'TOKEN_HOLDING_UNKNOWN' } });
  });
});

it('derives the address of a primary store as object::create_user_derived_object_address does', () => {
  // aptos-labs/aptos-ts-sdk, tests/unit/address.test.ts, read back from testnet.
  const owner = '0x653a60dab27fe8f3859414973d218e1b7551c778a8650a7055a85c0f8041b2a4';
  expect(primaryStoreOf(owner, `0x${'0'.repeat(63)}a`)).toBe(
    '0xefaed62f184a6578d84f409082ec530996732a3e4ccdec1cb7b36e7968dbe450',
  );
});

describe('an Aptos node that is asked for holdings', () => {
  it('is of the chain, and has the block, that is asked for', async () => {
    const point = aptosPoint(2_000);
    const at = (more: object) => async () =>
      source.holdings?.readHoldings([held], { ...point, ...more });
    expect(await rejectionCode(at({ hash: `0x${'f'.repeat(64)}` }))).toBe('SUPPLY_REORGANISED');
    expect(await rejectionCode(at({ height: 2_001 }))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(await rejectionCode(at({ chain: ChainId('aptos:2') }))).toBe('INTERNAL_ERROR');
    api.chainId = 2;
    expect(await rejectionCode(at({}))).toBe('SOURCE_WRONG_CHAIN');
  });

  it('that has dropped the version, or lags behind it, has no figure', async () => {
    api.views.set(views.primary, api.fault(410, 'version_pruned'));
    expect(await rejectionCode(() => read(held))).toBe('SUPPLY_STATE_UNAVAILABLE');
    api.views.set(views.primary, api.fault(404, 'version_not_found'));
    expect(await rejectionCode(() => read(held))).toBe('SUPPLY_STATE_UNAVAILABLE');
    api.views.set(views.primary, {
      json: ['42'],
      headers: { 'x-aptos-chain-id': '1', 'x-aptos-ledger-version': '20008' },
    });
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it.each([
    ['a number', views.primary, [42]],
    ['more than 64 bits', views.primary, [`${2n ** 64n}`]],
    ['two figures', views.primary, ['42', '42']],
    ['no figure', views.primary, []],
    ['a flag as text', views.isStore, ['false']],
    ['a web page', views.primary, { text: '<html>' }],
  ] satisfies [string, string, ApiReply | unknown[]][])(
    'that answers with %s is not believed',
    async (_, view, reply) => {
      api.views.set(view, reply);
      expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
    },
  );

  it('that names no object for a store is not believed', async () => {
    store('5', 'xbtc');
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });
});
