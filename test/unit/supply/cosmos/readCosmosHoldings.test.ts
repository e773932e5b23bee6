import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { ChainPoint } from '../../../../src/core/chainPoint.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import { createCosmosSource } from '../../../../src/supply/cosmos/cosmosSource.ts';
import type { HoldingToRead } from '../../../../src/supply/holdingReader.ts';
import type { SupplySource } from '../../../../src/supply/supplySource.ts';
import {
  type ApiReply,
  type ApiRequest,
  type JsonApiServer,
  startJsonApiServer,
} from '../../../support/jsonApiServer.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';

/**
 * Answers are written as cosmos/cosmos-sdk v0.50 has them: QueryBalanceResponse and
 * QuerySupplyOfResponse of proto/cosmos/bank/v1beta1/query.proto through the gRPC gateway, refusals as
 * google.rpc.Status ("invalid address: …", code 3, of x/bank/keeper/grpc_query.go), the height header as
 * server/api/server.go sets it.
 */
const chain = ChainId('cosmos:osmosis-1');
const denom = 'factory/osmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743/wbtc';
const holder = 'osmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743';
const token = TokenId(`${chain}/denom:${encodeURIComponent(denom)}`);
const held: HoldingToRead = { token, holder };
const bank = '/cosmos/bank/v1beta1';
const blocks = '/cosmos/base/tendermint/v1beta1/blocks';
const heightHeader = 'x-cosmos-block-height';
const hash = Buffer.alloc(32, 7);
const point: ChainPoint = {
  chain,
  height: 3_000,
  hash: hash.toString('hex'),
  time: UnixTime(1_700_000_000),
};

let server: JsonApiServer;
let source: SupplySource;
let chainId: string;
let supply: string;
let balance: string;
let hasMetadata: boolean;
let override: ((request: ApiRequest) => ApiReply | undefined) | undefined;

beforeEach(async () => {
  [chainId, supply, balance, hasMetadata] = ['osmosis-1', '22612345678', '42', true];
  override = undefined;
  server = await startJsonApiServer((request) => override?.(request) ?? answer(request));
  source = createCosmosSource({
    url: server.url,
    source: { id: server.url, operator: 'test', kind: 'cosmos' },
    chain,
    timeoutMs: 5_000,
    wait: async () => {},
  });
});
afterEach(async () => {
  await source.close();
  await server[Symbol.asyncDispose]();
});

function fault(status: number, code: number, message: string): ApiReply {
  return { status, json: { code, message, details: [] } };
}

function at(height: unknown, json: unknown): ApiReply {
  return { json, headers: { [heightHeader]: `${height}` } };
}

function answer({ path, query, headers }: ApiRequest): ApiReply {
  if (path.startsWith(blocks)) {
    const header = { chain_id: chainId, height: '3000', time: '2023-11-14T22:13:20.5Z' };
    return { json: { block_id: { hash: hash.toString('base64') }, sdk_block: { header } } };
  }
  const name = query.get('denom');
  const height = headers[heightHeader];
  switch (path) {
    case `${bank}/supply/by_denom`:
      return at(height, { amount: { denom: name, amount: supply } });
    case `${bank}/denoms_metadata_by_query_string`:
      return hasMetadata
        ? at(height, { metadata: { base: name } })
        : fault(404, 5, `client metadata for denom ${name}`);
    case `${bank}/balances/${holder}/by_denom`:
      return at(height, { balance: { denom: name, amount: balance } });
    default:
      return fault(400, 3, 'invalid address: hrp does not match bech32 prefix: secret');
  }
}

async function read(...holdings: readonly HoldingToRead[]) {
  if (!source.holdings) throw new Error('it cannot tell who holds how much');
  return source.holdings.readHoldings(holdings, point);
}

async function readOne(holding = held) {
  const [reading] = await read(holding);
  return reading;
}

/** Answers the question for the balance in another way. */
function balanceAnswer(reply: ApiReply): void {
  override = ({ path }) => (path.includes('/balances/') ? reply : undefined);
}

describe('what an account has on a Cosmos chain', () => {
  it('is what the bank says at the height, with the slashes of the denomination encoded', async () => {
    expect(await read(held, held)).toEqual([
      { ...held, amount: 42n },
      { ...held, amount: 42n },
    ]);
    const asked = server.requests.filter(({ path }) => path.startsWith(bank));
    const encoded = encodeURIComponent(denom);
    expect(new Set(asked.map(({ target }) => target))).toEqual(
      new Set([
        `${bank}/balances/${holder}/by_denom?denom=${encoded}`,
        `${bank}/supply/by_denom?denom=${encoded}`,
      ]),
    );
    expect(asked.map(({ headers }) => headers[heightHeader])).toEqual(['3000', '3000', '3000']);
  });

  it('is exact up to 256 bits', async () => {
    for (const amount of [2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 256n - 1n]) {
      [supply, balance] = [`${2n ** 256n - 1n}`, `${amount}`];
      expect(await readOne()).toEqual({ ...held, amount });
    }
    for (const amount of [`${2n ** 256n}`, '-1', '1.0', '', '0x10']) {
      balance = amount;
      expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('is 0 only of a denomination that there is', async () => {
    balance = '0';
    expect(await readOne()).toEqual({ ...held, amount: 0n });
    supply = '0';
    expect(await readOne()).toEqual({ ...held, amount: 0n });
    hasMetadata = false;
    expect(await readOne()).toMatchObject({ ...held, error: { code: 'TOKEN_MISSING' } });
  });

  it.each([
    ['nothing', {}],
    ['no metadata', { metadata: null }],
    ['those of another denomination', { metadata: { base: 'uosmo' } }],
  ])('is not 0 of a denomination for whose metadata there is %s', async (_, json) => {
    [supply, balance] = ['0', '0'];
    override = ({ path }) => (path.includes('metadata') ? at(3_000, json) : undefined);
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('is no more than there is', async () => {
    supply = '41';
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('is not known of an account of another chain, and that harms no other', async () => {
    const foreign = { token, holder: 'cosmos1x6m7cwjd4wlr44ezq6sgcqv7whjm9pkqtgqq3y' };
    const [wrong, right] = await read(foreign, held);
    expect(wrong).toMatchObject({ ...foreign, error: { code: 'TOKEN_HOLDING_UNKNOWN' } });
    expect(wrong && 'error' in wrong && wrong.error.message).not.toContain('secret');
    expect(right).toEqual({ ...held, amount: 42n });
  });

  it.each([
    ['INTERNAL_ERROR', { token: TokenId('cosmos:kava_2222-10/denom:wbtc'), holder }],
    ['INTERNAL_ERROR', { token, holder: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599' }],
    ['INTERNAL_ERROR', { token, holder: '../../supply' }],
    ['TOKEN_ID_INVALID', { token: TokenId(`${chain}/denom:factory%2fwbtc`), holder }],
    ['SUPPLY_CHAIN_UNSUPPORTED', { token: TokenId(`${chain}/slip44:118`), holder }],
  ])('is refused with %s, and not asked for, of %j', async (code, holding) => {
    expect(await readOne(holding)).toMatchObject({ ...holding, error: { code } });
    expect(server.requests.filter(({ path }) => path.startsWith(bank))).toEqual([]);
  });
});

describe('a Cosmos node that is asked for holdings', () => {
  it('is of the chain, and has the block, that is asked for', async () => {
    const readers = source.holdings;
    const other = { ...point, hash: 'f'.repeat(64) };
    expect(await rejectionCode(async () => readers?.readHoldings([held], other))).toBe(
      'SUPPLY_REORGANISED',
    );
    const later = { ...point, time: UnixTime(point.time + 1) };
    expect(await rejectionCode(async () => readers?.readHoldings([held], later))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
    const elsewhere = { ...point, chain: ChainId('cosmos:other') };
    expect(await rejectionCode(async () => readers?.readHoldings([held], elsewhere))).toBe(
      'INTERNAL_ERROR',
    );
    chainId = 'osmo-test-5';
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_WRONG_CHAIN');
  });

  const json = { balance: { denom, amount: '42' } };
  it.each([
    ['no height', { json }],
    ['another height', at(2_999, json)],
    ['another denomination', at(3_000, { balance: { denom: 'uosmo', amount: '42' } })],
    ['no balance', at(3_000, { balance: null })],
    ['a number', at(3_000, { balance: { denom, amount: 42 } })],
    ['a web page', { text: '<html>' }],
    ['HTTP 404', { status: 404, text: '404 page not found' }],
  ] satisfies [string, ApiReply][])('that answers with %s is not believed', async (_, reply) => {
    balanceAnswer(reply);
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('that has dropped the state says so, and how far it reaches', async () => {
    balanceAnswer(fault(500, 2, 'height 3000 is not available, lowest height is 3500'));
    expect(await rejection(() => read(held))).toMatchObject({
      code: 'SUPPLY_STATE_UNAVAILABLE',
      message: expect.stringContaining('the lowest is 3500'),
    });
    balanceAnswer(fault(400, 3, 'failed to load state at height 3000; version does not exist'));
    expect(await rejectionCode(() => read(held))).toBe('SUPPLY_STATE_UNAVAILABLE');
  });

  it('that does not know the query is refused', async () => {
    balanceAnswer(fault(501, 12, 'Not Implemented'));
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_SERVER_ERROR');
  });
});
