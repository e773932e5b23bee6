import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { Progress } from '../../../../src/core/source.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import {
  type AptosSourceOptions,
  createAptosSource,
} from '../../../../src/supply/aptos/aptosSource.ts';
import { unknownVersion } from '../../../../src/supply/aptos/guardViews.ts';
import type { SupplySource, TokenToRead } from '../../../../src/supply/supplySource.ts';
import {
  type AptosApi,
  aptosBlock,
  aptosGenesis,
  aptosPoint,
  createAptosApi,
} from '../../../support/aptosApi.ts';
import {
  type ApiReply,
  type ApiRequest,
  type JsonApiServer,
  startJsonApiServer,
} from '../../../support/jsonApiServer.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';

const chain = ChainId('aptos:1');
const xbtcAddress = '0x81214a80d82035a190fcb76b6ff3c0145161c3a9f33d137f2bbaee4cfec8a387';
const xbtc = { token: TokenId(`aptos:1/fungible:${xbtcAddress}`), decimals: 8, symbol: 'xBTC' };
const legacyType = '0x5e156f1207d0ebfa19a9eeff00d62a282278fb8719f4fab3a586a0a2c0fffbea::coin::T';
const legacy = {
  token: TokenId(`aptos:1/coin:${encodeURIComponent(legacyType)}`),
  decimals: 6,
  symbol: 'USDC',
};
const failure = (code: string) => expect.objectContaining({ code });
const aligned = (time: number) => ({ kind: 'aligned', time: UnixTime(time) }) as const;

let server: JsonApiServer;
let source: SupplySource;
let api: AptosApi;
let override: ((request: ApiRequest, times: number) => ApiReply | undefined) | undefined;

beforeEach(async () => {
  override = undefined;
  api = createAptosApi();
  api.views.set('0x1::dispatchable_fungible_asset::derived_supply', [{ vec: ['123456789012'] }]);
  api.views.set('0x1::fungible_asset::decimals', [8]);
  api.views.set('0x1::fungible_asset::symbol', ['xBTC']);
  api.views.set('0x1::coin::supply', [{ vec: ['7000000'] }]);
  api.views.set('0x1::coin::decimals', [6]);
  api.views.set('0x1::coin::symbol', ['USDC']);
  server = await startJsonApiServer(
    (request, times) => override?.(request, times) ?? api.answer(request),
  );
  source = connect();
});
afterEach(async () => {
  await source.close();
  await server[Symbol.asyncDispose]();
});

function connect(more: Partial<AptosSourceOptions> = {}): SupplySource {
  return createAptosSource({
    url: server.url,
    source: { id: server.url, operator: 'test', kind: 'aptos' },
    chain,
    timeoutMs: 5_000,
    depth: 0,
    wait: async () => {},
    ...more,
  });
}

async function readOne(token: TokenToRead, at = 2_000) {
  return (await source.readSupplies({ point: aptosPoint(at), tokens: [token] })).tokens[0];
}

describe('the point of an Aptos source', () => {
  it('is the newest block where the last final one is asked for, since blocks are final', async () => {
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(aptosPoint(2_000));
  });

  it('is the last block whose time in seconds is not after the moment', async () => {
    // Blocks 1500 and 1501 are at 1000.0 and 1000.67 s: both within second 1000.
    expect(await source.findPoint(aligned(aptosGenesis + 1_000))).toEqual(aptosPoint(1_501));
    expect(await source.findPoint(aligned(aptosGenesis))).toEqual(aptosPoint(1));
    expect(await source.findPoint(aligned(aptosGenesis + 90_000))).toEqual(aptosPoint(2_000));
  });

  it('is found above a pruned history, and not below it', async () => {
    api.oldestHeight = 1_502;
    const error = await rejection(() => source.findPoint(aligned(aptosGenesis + 1_000)));
    expect(error.code).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(error.facts).toMatchObject({ source: server.url, oldestHeight: 1_502 });
    api.oldestHeight = 1_501;
    expect(await source.findPoint(aligned(aptosGenesis + 1_000))).toEqual(aptosPoint(1_501));
  });

  it('asks for blocks without their transactions, and tells how far it is', async () => {
    const progress: Progress[] = [];
    await source.findPoint(aligned(aptosGenesis + 500), {
      onProgress: (one) => progress.push(one),
    });
    const blocks = server.requests.filter(({ path }) => path.includes('/blocks/'));
    expect(blocks.every(({ query }) => query.get('with_transactions') === 'false')).toBe(true);
    expect(blocks.length).toBeLessThan(45);
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
  });

  it('is unless told a little below the newest block, which some nodes may not have', async () => {
    await source.close();
    source = createAptosSource({ url: server.url, source: source.source, chain });
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(aptosPoint(1_970));
    api.height = 1_970;
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(aptosPoint(1_940));
    api.height = 1_969;
    expect(await rejectionCode(() => source.findPoint({ kind: 'finalized' }))).toBe(
      'SOURCE_TIP_WENT_BACK',
    );
    // Said once: it may have been the higher one that was wrong.
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(aptosPoint(1_939));
    api.height = 1;
    await source.close();
    source = createAptosSource({ url: server.url, source: source.source, chain });
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(aptosPoint(0));
  });

  it('can be asked for by height, also beyond the chain', async () => {
    expect(await source.readPoint(7)).toEqual(aptosPoint(7));
    expect(await rejectionCode(() => source.readPoint(2_001))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(await rejectionCode(() => source.readPoint(-1))).toBe('INTERNAL_ERROR');
  });

  it('is never another block than was asked for', async () => {
    override = ({ path }) => (path.endsWith('/7') ? api.reply(aptosBlock(8)) : undefined);
    expect(await rejectionCode(() => source.readPoint(7))).toBe('SOURCE_RESPONSE_INVALID');
  });
});

describe('the chain of an Aptos source', () => {
  it('is checked on every answer', async () => {
    api.chainId = 2;
    for (const read of [
      () => source.findPoint({ kind: 'finalized' }),
      () => source.readPoint(5),
      () => source.readSupplies({ point: aptosPoint(5), tokens: [xbtc] }),
    ]) {
      const error = await rejection(read);
      expect(error.code).toBe('SOURCE_WRONG_CHAIN');
      expect(error.facts).toMatchObject({ expected: 'aptos:1', found: 'aptos:2' });
    }
  });

  it('is asked for where a proxy drops the headers', async () => {
    api.withHeaders = false;
    expect(await source.readPoint(5)).toEqual(aptosPoint(5));
    api.chainId = 2;
    await source.close();
    source = connect();
    expect(await rejectionCode(() => source.readPoint(5))).toBe('SOURCE_WRONG_CHAIN');
  });

  it('must be one of Aptos', () => {
    for (const wrong of ['eip155:1', 'aptos:mainnet', 'aptos:0']) {
      expect(() => connect({ chain: ChainId(wrong) })).toThrow(failure('CHAIN_ID_INVALID'));
    }
  });
});

describe('the supplies of an Aptos source', () => {
  it('are those of the last version of the block, for assets and for coins', async () => {
    const observation = await source.readSupplies({
      point: aptosPoint(1_234),
      tokens: [xbtc, legacy],
    });
    expect(observation).toEqual({
      source: source.source,
      point: aptosPoint(1_234),
      tokens: [
        { token: xbtc.token, amount: 123_456_789_012n },
        { token: legacy.token, amount: 7_000_000n },
      ],
    });
    const calls = server.requests.filter(({ path }) => path === '/v1/view');
    expect(new Set(calls.map(({ target }) => target))).toEqual(
      new Set(['/v1/view?ledger_version=12349', `/v1/view?ledger_version=${unknownVersion}`]),
    );
    // Asked once, whatever is read.
    await source.readSupplies({ point: aptosPoint(1_234), tokens: [xbtc] });
    const unknown = server.requests.filter(({ target }) => target.includes(`${unknownVersion}`));
    expect(unknown).toHaveLength(1);
    expect(calls.map(({ body }) => body)).toContainEqual({
      function: '0x1::dispatchable_fungible_asset::derived_supply',
      type_arguments: ['0x1::fungible_asset::Metadata'],
      arguments: [xbtcAddress],
    });
    expect(calls.map(({ body }) => body)).toContainEqual({
      function: '0x1::coin::supply',
      type_arguments: [legacyType],
      arguments: [],
    });
  });

  it('are of no node that answers for its newest version whatever it is asked', async () => {
    api.ignoresVersion = true;
    const error = await rejection(() => readOne(xbtc));
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).toContain('at a ledger version that does not exist');
    const held = { token: xbtc.token, holder: `0x${'1'.repeat(64)}` };
    api.views.set('0x1::primary_fungible_store::balance', ['5']);
    api.views.set('0x1::fungible_asset::store_exists', [false]);
    expect(await rejectionCode(() => source.holdings?.readHoldings([held], aptosPoint(7)))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
    api.ignoresVersion = false;
    expect(await readOne(xbtc)).toEqual({ token: xbtc.token, amount: 123_456_789_012n });
  });

  it('are what the asset itself derives, and not what the framework keeps', async () => {
    api.views.set('0x1::fungible_asset::supply', [{ vec: ['1'] }]);
    expect(await readOne(xbtc)).toEqual({ token: xbtc.token, amount: 123_456_789_012n });
    // What it derives it may also refuse to tell.
    api.views.set(
      '0x1::dispatchable_fungible_asset::derived_supply',
      api.fault(400, 'vm_error', 4016),
    );
    expect(await readOne(xbtc)).toEqual({
      token: xbtc.token,
      error: failure('TOKEN_REVERTED'),
    });
  });

  it('are exact up to the last u128', async () => {
    const largest = 2n ** 128n - 1n;
    api.views.set('0x1::dispatchable_fungible_asset::derived_supply', [{ vec: [`${largest}`] }]);
    expect(await readOne(xbtc)).toEqual({ token: xbtc.token, amount: largest });
    for (const wrong of [`${largest + 1n}`, '-1', '1.5', '007', 12, null, '']) {
      api.views.set('0x1::dispatchable_fungible_asset::derived_supply', [{ vec: [wrong] }]);
      expect(await rejectionCode(() => readOne(xbtc))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it.each([2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 128n - 1n])(
    'are exact for coins as well, whose supply may be kept by an aggregator (%d)',
    async (supply) => {
      // `coin::supply` answers for both, an integer and an aggregator of u128, as Option<u128>.
      api.views.set('0x1::coin::supply', [{ vec: [`${supply}`] }]);
      expect(await readOne(legacy)).toEqual({ token: legacy.token, amount: supply });
    },
  );

  it('are never taken from a number of JSON, which may have lost its last digits', async () => {
    for (const number of ['9007199254740993', '340282366920938463463374607431768211455', '1e8']) {
      api.views.set('0x1::dispatchable_fungible_asset::derived_supply', {
        text: `[{"vec":[${number}]}]`,
      });
      expect(await rejectionCode(() => readOne(xbtc))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('are those of the version, where they change between two blocks', async () => {
    override = ({ path, query, body }) => {
      const isSupply = JSON.stringify(body)?.includes('derived_supply') ?? false;
      const version = query.get('ledger_version');
      const isUnknown = version === `${unknownVersion}`;
      if (path !== '/v1/view' || !isSupply || isUnknown) return undefined;
      return api.reply([{ vec: [Number(version) < 15_000 ? '100' : '101'] }]);
    };
    expect(await readOne(xbtc, 1_499)).toEqual({ token: xbtc.token, amount: 100n });
    expect(await readOne(xbtc, 1_500)).toEqual({ token: xbtc.token, amount: 101n });
  });

  it('are asked for at versions up to the last u64, exactly', async () => {
    api.withHeaders = false;
    const block = { ...aptosBlock(2_000), last_version: `${2n ** 64n - 1n}` };
    override = ({ path }) => (path.endsWith('/2000') ? api.reply(block) : undefined);
    expect(await readOne(xbtc)).toEqual({ token: xbtc.token, amount: 123_456_789_012n });
    const views = server.requests.filter(({ path }) => path === '/v1/view');
    expect(new Set(views.map(({ query }) => query.get('ledger_version')))).toEqual(
      new Set(['18446744073709551615', `${unknownVersion}`]),
    );
    block.last_version = `${2n ** 64n}`;
    expect(await rejectionCode(() => readOne(xbtc))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('are zero where the chain says zero, and unknown where it says None', async () => {
    api.views.set('0x1::dispatchable_fungible_asset::derived_supply', [{ vec: ['0'] }]);
    expect(await readOne(xbtc)).toEqual({ token: xbtc.token, amount: 0n });
    api.views.set('0x1::dispatchable_fungible_asset::derived_supply', [{ vec: [] }]);
    api.views.set('0x1::coin::supply', [{ vec: [] }]);
    for (const one of [xbtc, legacy]) {
      expect(await readOne(one)).toMatchObject({
        token: one.token,
        error: {
          code: 'TOKEN_SUPPLY_UNKNOWN',
          message: `${one.token} keeps no supply (None)`,
        },
      });
    }
  });

  it('have the decimals and the symbol of the registry', async () => {
    const sixPlaces = await readOne({ ...xbtc, decimals: 6 });
    expect(sixPlaces).toMatchObject({ error: failure('TOKEN_DECIMALS_MISMATCH') });
    api.views.set('0x1::fungible_asset::symbol', ['ｘBTC']);
    const reading = await readOne(xbtc);
    expect(reading).toMatchObject({ error: failure('TOKEN_SYMBOL_MISMATCH') });
    expect(JSON.stringify(reading)).not.toContain('ｘ');
  });

  it('leave out a token that is not there, and keep the others', async () => {
    api.views.set(
      '0x1::dispatchable_fungible_asset::derived_supply',
      api.fault(400, 'invalid_input', 4016),
    );
    api.views.set('0x1::coin::supply', api.fault(404, 'module_not_found'));
    const { tokens } = await source.readSupplies({ point: aptosPoint(9), tokens: [xbtc, legacy] });
    expect(tokens).toMatchObject([
      { error: failure('TOKEN_REVERTED') },
      { error: failure('TOKEN_MISSING') },
    ]);
    expect(JSON.stringify(tokens)).not.toContain('secret');
  });

  it('are not asked for under another spelling of an address', async () => {
    for (const text of [
      `fungible:${xbtcAddress.toUpperCase().replace('0X', '0x')}`,
      'fungible:0xa',
      `fungible:${xbtcAddress}00`,
      'coin:0x01%3A%3Acoin%3A%3AUSDC',
      'coin:0x1%3a%3Acoin%3A%3AUSDC',
      'coin:0x1%3A%3Acoin',
      'coin:%E0',
      'denom:uosmo',
    ]) {
      const reading = await readOne({ ...xbtc, token: TokenId(`aptos:1/${text}`) });
      expect(reading).toMatchObject({ error: failure('TOKEN_ID_INVALID') });
    }
    expect(server.requests.some(({ path }) => path === '/v1/view')).toBe(false);
  });

  it('name the oldest version where the state is gone', async () => {
    api.views.set(
      '0x1::dispatchable_fungible_asset::derived_supply',
      api.fault(410, 'version_pruned'),
    );
    for (const headers of [true, false]) {
      api.withHeaders = headers;
      const error = await rejection(() => readOne(xbtc, 50));
      expect(error.code).toBe('SUPPLY_STATE_UNAVAILABLE');
      expect(error.message).toContain('version 509 is gone, the oldest is 1000');
    }
  });

  it('are not those of a node that is behind', async () => {
    api.views.set(
      '0x1::dispatchable_fungible_asset::derived_supply',
      api.fault(404, 'version_not_found'),
    );
    expect(await rejectionCode(() => readOne(xbtc))).toBe('SUPPLY_STATE_UNAVAILABLE');
    api.views.set('0x1::dispatchable_fungible_asset::derived_supply', {
      json: [{ vec: ['5'] }],
      headers: { 'x-aptos-chain-id': '1', 'x-aptos-ledger-version': '20008' },
    });
    expect(await rejectionCode(() => readOne(xbtc))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('are not read where the block is another one', async () => {
    const point = aptosPoint(30);
    const read = (wrong: object) =>
      rejectionCode(() => source.readSupplies({ point: { ...point, ...wrong }, tokens: [xbtc] }));
    expect(await read({ hash: aptosPoint(31).hash })).toBe('SUPPLY_REORGANISED');
    expect(await read({ time: UnixTime(aptosGenesis) })).toBe('SOURCE_RESPONSE_INVALID');
    expect(await read({ height: 2_001 })).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(await read({ chain: ChainId('aptos:2') })).toBe('INTERNAL_ERROR');
    const foreign = { ...xbtc, token: TokenId(`aptos:2/fungible:${xbtcAddress}`) };
    expect(await rejectionCode(() => readOne(foreign))).toBe('INTERNAL_ERROR');
  });
});

describe('an Aptos server', () => {
  it.each<[string, ApiReply, string]>([
    ['limits', { status: 429, text: 'Too many requests' }, 'SOURCE_RATE_LIMITED'],
    ['fails', { status: 503, text: '<html>busy</html>' }, 'SOURCE_SERVER_ERROR'],
    ['wants a key', { status: 401, json: {} }, 'SOURCE_UNAUTHORIZED'],
    [
      'redirects',
      { status: 302, headers: { location: '/x' }, text: '' },
      'SOURCE_RESPONSE_INVALID',
    ],
    ['answers with a page', { text: '<html>hello</html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['knows no such path', { status: 404, text: '<html>gone</html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['answers something else', { json: { height: 1 } }, 'SOURCE_RESPONSE_INVALID'],
    ['hangs up', 'reset', 'SOURCE_UNREACHABLE'],
    ['sends too much', { text: ' '.repeat(2 ** 20 + 1) }, 'SOURCE_RESPONSE_TOO_LARGE'],
  ])('that %s gives an error of its own', async (_, behaviour, code) => {
    override = () => behaviour;
    expect(await rejectionCode(() => source.findPoint({ kind: 'finalized' }))).toBe(code);
    expect(await rejectionCode(() => readOne(xbtc))).toBe(code);
  });

  it('that says nothing is given up on', async () => {
    override = () => 'silence';
    await source.close();
    source = connect({ timeoutMs: 50 });
    expect(await rejectionCode(() => source.readPoint(1))).toBe('SOURCE_TIMEOUT');
  });

  it('that recovers is asked once more', async () => {
    override = (_, times) => (times === 1 ? 'reset' : undefined);
    expect(await source.readPoint(3)).toEqual(aptosPoint(3));
  });

  it('may stand below a path, with a key in its query and a password', async () => {
    await source.close();
    const url = server.url.replace('http://', 'http://user:pass%20word@');
    source = connect({ url: `${url}/v1/?key=k#operator=x` });
    await source.readPoint(3);
    const [request] = server.requests;
    expect(request?.target).toBe('/v1/blocks/by_height/3?with_transactions=false&key=k');
    expect(request?.headers.authorization).toBe(`Basic ${btoa('user:pass word')}`);
  });
});
