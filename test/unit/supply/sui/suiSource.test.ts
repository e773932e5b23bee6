import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { LatestSupplySource } from '../../../../src/supply/latestSupplySource.ts';
import { createSuiSource, type SuiSourceOptions } from '../../../../src/supply/sui/suiSource.ts';
import {
  type ApiReply,
  type ApiRequest,
  type JsonApiServer,
  startJsonApiServer,
} from '../../../support/jsonApiServer.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';

/**
 * Answers are written as MystenLabs/sui's crates/sui-indexer-alt-graphql has them: schema.graphql
 * (Checkpoint, CoinMetadata, UInt53 as a number, BigInt as a string), and for the shape of results and
 * errors the snapshots under crates/sui-indexer-alt-e2e-tests/tests/graphql (coin_metadata, checkpoints,
 * chain_identifier). Since pull request 25186 `chainIdentifier` is the whole digest.
 */
const chain = ChainId('sui:mainnet');
const mainnet = '4btiuiMPvEENsttpZC7CZ53DruC3MAgfznDbASZ7DR6S';
const xbtcType = '0x876a4b7bce8aeaef60464c11f4026903e9afacab79b9b142686158aa86560b50::xbtc::XBTC';
const wbtcType = '0x0041f9f9344cac094454cd574e333c4fdb132d7bcc9379bcd4aab485b2a63942::wbtc::WBTC';
const xbtc = { token: tokenOf(xbtcType), decimals: 8, symbol: 'xBTC' };
const wbtc = { token: tokenOf(wbtcType), decimals: 8, symbol: 'WBTC' };
const failure = (code: string) => expect.objectContaining({ code });

interface Coin {
  decimals: number | null;
  symbol: string | null;
  supply: unknown;
}

const Body = z.object({ query: z.string(), variables: z.record(z.string(), z.string()) });
const digests = ['ZQawQqeikA4pRqKnkcuHuMnGZuKJTSt3V3EVmMjG56k', mainnet];

let server: JsonApiServer;
let source: LatestSupplySource;
let identifier: string;
let height: number;
/** How many checkpoints come between two queries. */
let pace: number;
let coins: Map<string, Coin | null>;
let override: ((request: ApiRequest, times: number) => ApiReply | undefined) | undefined;

beforeEach(async () => {
  identifier = mainnet;
  height = 200_000_000;
  pace = 3;
  override = undefined;
  coins = new Map([
    [xbtcType, { decimals: 8, symbol: 'xBTC', supply: '51234567890' }],
    [wbtcType, { decimals: 8, symbol: 'WBTC', supply: '0' }],
  ]);
  server = await startJsonApiServer(
    (request, times) => override?.(request, times) ?? answer(request),
  );
  source = connect();
});
afterEach(async () => {
  await source.close();
  await server[Symbol.asyncDispose]();
});

function tokenOf(type: string) {
  return TokenId(`sui:mainnet/coin:${encodeURIComponent(type)}`);
}

function connect(more: Partial<SuiSourceOptions> = {}): LatestSupplySource {
  return createSuiSource({
    url: `${server.url}/graphql`,
    source: { id: server.url, operator: 'test', kind: 'sui' },
    chain,
    timeoutMs: 5_000,
    wait: async () => {},
    ...more,
  });
}

/** Four checkpoints a second. */
function checkpointAt(sequenceNumber: number) {
  const time = 1_790_000_000_000 + sequenceNumber * 250;
  return {
    sequenceNumber,
    digest: digests[sequenceNumber % 2],
    timestamp: new Date(time).toISOString().replace('.000Z', 'Z'),
  };
}

function pointAt(at: number) {
  const { digest: hash } = checkpointAt(at);
  return { chain, height: at, hash, time: Math.floor(1_790_000_000 + at / 4) };
}

function answer({ path, body }: ApiRequest): ApiReply {
  if (path !== '/graphql') return { status: 404, text: 'Not found' };
  const { query, variables } = Body.parse(body);
  const data: Record<string, unknown> = {
    chainIdentifier: identifier,
    checkpoint: checkpointAt(height),
  };
  for (const [, alias = '', variable = ''] of query.matchAll(
    /(c\d+): coinMetadata\(coinType: \$(t\d+)\) \{ decimals symbol supply \}/g,
  )) {
    data[alias] = coins.get(variables[variable] ?? '') ?? null;
  }
  height += pace;
  return { json: { data } };
}

function errors(code: string, data: unknown = null, status = 200): ApiReply {
  const message = 'secret words of the server';
  const error = {
    message,
    locations: [{ line: 1, column: 9 }],
    path: ['c0'],
    extensions: { code },
  };
  return { status, json: { data, errors: [error] } };
}

describe('createSuiSource', () => {
  it('reads supplies between two checkpoints, the later being that of the figures', async () => {
    expect(await source.readLatest([xbtc, wbtc])).toEqual({
      source: source.source,
      from: pointAt(200_000_000),
      to: pointAt(200_000_003),
      tokens: [
        { token: xbtc.token, amount: 51_234_567_890n },
        { token: wbtc.token, amount: 0n },
      ],
    });
    expect(source.reach).toBe('latest');
    const [first, second] = server.requests.map(({ body }) => Body.parse(body));
    expect(first?.variables).toEqual({});
    expect(second?.variables).toEqual({ t0: xbtcType, t1: wbtcType });
  });

  it('gives the figure that came with the later checkpoint where the supply changes', async () => {
    override = (_, times) => {
      coins.set(xbtcType, { decimals: 8, symbol: 'xBTC', supply: `${times * 100}` });
      return undefined;
    };
    const { from, to, tokens } = await source.readLatest([xbtc]);
    expect([from.height, to.height]).toEqual([200_000_000, 200_000_003]);
    expect(tokens).toEqual([{ token: xbtc.token, amount: 200n }]);
  });

  it('splits what is too much for one query, and asks once for what is wanted twice', async () => {
    const many = Array.from({ length: 45 }, (_, index) => {
      const type = `0x${index.toString(16).padStart(64, '0')}::m::COIN`;
      coins.set(type, { decimals: 8, symbol: 'C', supply: `${index}` });
      return { token: tokenOf(type), decimals: 8, symbol: 'C' };
    });
    const first = many.slice(0, 1);
    const { tokens, to } = await source.readLatest([...many, ...first]);
    expect(tokens.map((one) => ('amount' in one ? one.amount : one.error))).toEqual([
      ...many.map((_, index) => BigInt(index)),
      0n,
    ]);
    expect(server.requests).toHaveLength(4);
    expect(to.height).toBe(200_000_009);
  });

  it('stays at one checkpoint where there is no newer one', async () => {
    pace = 0;
    const { from, to } = await source.readLatest([xbtc]);
    expect(from).toEqual(to);
    expect(to).toEqual(pointAt(200_000_000));
  });

  it('frames figures of a server that is a little behind the one asked before', async () => {
    pace = -2;
    const { from, to } = await source.readLatest([xbtc]);
    expect([from, to]).toEqual([pointAt(199_999_998), pointAt(200_000_000)]);
  });

  it('does not follow a server that goes far back, or that changes a checkpoint', async () => {
    pace = -244;
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_TIP_WENT_BACK');
    await source.close();
    source = connect();
    pace = 0;
    await source.readLatest([xbtc]);
    const { digest } = checkpointAt(height + 1);
    for (const wrong of [{ digest }, { sequenceNumber: 7, timestamp: '2299-01-01T00:00:00Z' }]) {
      const checkpoint = { ...checkpointAt(height), ...wrong };
      override = () => ({ json: { data: { chainIdentifier: identifier, checkpoint } } });
      expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('is not misled for good by one checkpoint from far ahead, whatever its time', async () => {
    pace = 0;
    const { timestamp } = checkpointAt(height);
    for (const [ahead, code] of [
      [checkpointAt(10 ** 12), 'SOURCE_TIP_WENT_BACK'],
      [{ ...checkpointAt(10 ** 12), timestamp }, 'SOURCE_RESPONSE_INVALID'],
    ] as const) {
      const data = { chainIdentifier: identifier, checkpoint: ahead };
      override = () => ({ json: { data } });
      await source.readLatest([]);
      override = undefined;
      height += 4;
      expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe(code);
      expect((await source.readLatest([xbtc])).to).toEqual(pointAt(height));
    }
  });

  it('knows the network by its whole digest and by the first four bytes', async () => {
    identifier = '35834a8a';
    expect((await source.readLatest([xbtc])).tokens).toHaveLength(1);
    for (const [other, found] of [
      ['69WiPg3DAQiwdxfncX6wYQ2siKwAe6L9BZthQea3JNMD', 'sui:testnet'],
      ['4c78adac', 'sui:testnet'],
      ['deadbeef', 'the network deadbeef'],
    ]) {
      identifier = other ?? '';
      const error = await rejection(() => source.readLatest([xbtc]));
      expect(error.code).toBe('SOURCE_WRONG_CHAIN');
      expect(error.facts).toMatchObject({ expected: 'sui:mainnet', found });
    }
    for (const wrong of ['sui:devnet', 'eip155:1']) {
      expect(() => connect({ chain: ChainId(wrong) })).toThrow(failure('CHAIN_ID_INVALID'));
    }
  });
});

describe('a coin of Sui', () => {
  it('has a supply that is exact up to the last u64', async () => {
    const largest = 2n ** 64n - 1n;
    coins.set(xbtcType, { decimals: 8, symbol: 'xBTC', supply: `${largest}` });
    expect((await source.readLatest([xbtc])).tokens).toEqual([
      { token: xbtc.token, amount: largest },
    ]);
    for (const supply of [`${largest + 1n}`, '-1', 5, '1.5', '', undefined]) {
      coins.set(xbtcType, { decimals: 8, symbol: 'xBTC', supply });
      expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('has no supply that came as a number of JSON, which may have lost its last digits', async () => {
    for (const number of ['9007199254740993', '18446744073709551615', '1e8']) {
      override = (request) => {
        const reply = answer(request);
        const text = typeof reply === 'object' && 'json' in reply ? JSON.stringify(reply.json) : '';
        return { text: text.replace('"51234567890"', number) };
      };
      expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('with a supply of null is unknown, not zero', async () => {
    coins.set(xbtcType, { decimals: 8, symbol: 'xBTC', supply: null });
    expect((await source.readLatest([xbtc, wbtc])).tokens).toEqual([
      { token: xbtc.token, error: failure('TOKEN_SUPPLY_UNKNOWN') },
      { token: wbtc.token, amount: 0n },
    ]);
  });

  it('that the chain does not have is missing', async () => {
    coins.delete(xbtcType);
    expect((await source.readLatest([xbtc])).tokens).toEqual([
      { token: xbtc.token, error: failure('TOKEN_MISSING') },
    ]);
  });

  it.each(['xbtc::xBTC', 'XBTC::XBTC', 'xbtc::xbtc'])(
    'whose name has another case (%s) is asked for as it is, and is another coin',
    async (name) => {
      const type = xbtcType.replace('xbtc::XBTC', name);
      const token = tokenOf(type);
      expect((await source.readLatest([{ ...xbtc, token }])).tokens).toMatchObject([
        {
          token,
          error: {
            code: 'TOKEN_MISSING',
            message: `${token} has no metadata: there is no such coin, with module and name in this case`,
          },
        },
      ]);
      expect(Body.parse(server.requests[1]?.body).variables).toEqual({ t0: type });
    },
  );

  it.each<[string, Partial<Coin>, string]>([
    ['other decimals', { decimals: 9 }, 'TOKEN_DECIMALS_MISMATCH'],
    ['no decimals', { decimals: null }, 'TOKEN_DECIMALS_UNKNOWN'],
    ['another symbol', { symbol: 'XBTC' }, 'TOKEN_SYMBOL_MISMATCH'],
  ])('with %s gives no figure', async (_, wrong, code) => {
    coins.set(xbtcType, { decimals: 8, symbol: 'xBTC', supply: '5', ...wrong });
    expect((await source.readLatest([xbtc])).tokens).toEqual([
      { token: xbtc.token, error: failure(code) },
    ]);
  });

  it.each([
    [xbtcType.replace('0x876a', '0x876A'), 'casing or padding'],
    [wbtcType.replace('0x00', '0x'), 'casing or padding'],
    [wbtcType.replace('0x00', '0x000'), 'no coin type'],
    [xbtcType.replace('0x', ''), 'casing or padding'],
    ['0x2::sui::SUI', 'casing or padding'],
    [`${xbtcType}<0x2::sui::SUI>`, 'no coin type'],
    [xbtcType.replace('::XBTC', ''), 'no coin type'],
  ])('with the type %s is refused before it is asked for', async (type, why) => {
    const token = tokenOf(type.replace('<', '%3C').replace('>', '%3E'));
    const { tokens } = await source.readLatest([{ ...xbtc, token }]);
    expect(tokens).toEqual([{ token, error: failure('TOKEN_ID_INVALID') }]);
    const [reading] = tokens;
    if (reading && 'error' in reading && !type.includes('<')) {
      expect(reading.error.message).toContain(why);
    }
    expect(server.requests).toHaveLength(1);
  });

  it('of another chain is a mistake of the program', async () => {
    const token = TokenId('sui:testnet/coin:0x2%3A%3Asui%3A%3ASUI');
    expect(await rejectionCode(() => source.readLatest([{ ...xbtc, token }]))).toBe(
      'INTERNAL_ERROR',
    );
  });
});

describe('a GraphQL service of Sui', () => {
  it('whose answer has errors is not believed, whatever data it has', async () => {
    for (const reply of [
      errors('BAD_USER_INPUT'),
      errors('REQUEST_TIMEOUT', {
        chainIdentifier: mainnet,
        checkpoint: checkpointAt(5),
        c0: null,
      }),
      errors('GRAPHQL_VALIDATION_FAILED', null, 400),
      errors('secret code'),
    ]) {
      override = () => reply;
      const error = await rejection(() => source.readLatest([xbtc]));
      expect(error.code).toBe('SOURCE_RPC_ERROR');
      expect(`${error.message} ${JSON.stringify(error.facts)}`).not.toContain('secret');
    }
  });

  it.each<[string, ApiReply, string]>([
    ['limits', { status: 429, text: 'Too many requests' }, 'SOURCE_RATE_LIMITED'],
    ['fails', { status: 502, text: '<html>bad gateway</html>' }, 'SOURCE_SERVER_ERROR'],
    ['answers with a page', { text: '<html>hello</html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['is not there', { status: 404, text: 'Not found' }, 'SOURCE_RESPONSE_INVALID'],
    ['has no data', { json: { data: null } }, 'SOURCE_RESPONSE_INVALID'],
    [
      'has no checkpoint',
      { json: { data: { chainIdentifier: mainnet, checkpoint: null } } },
      'SOURCE_RESPONSE_INVALID',
    ],
    ['hangs up', 'reset', 'SOURCE_UNREACHABLE'],
    ['wants a key', { status: 401, json: {} }, 'SOURCE_UNAUTHORIZED'],
    ['sends too much', { text: ' '.repeat(2 ** 20 + 1) }, 'SOURCE_RESPONSE_TOO_LARGE'],
  ])('that %s gives an error of its own', async (_, behaviour, code) => {
    override = () => behaviour;
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe(code);
  });

  it('that says nothing is given up on', async () => {
    override = () => 'silence';
    await source.close();
    source = connect({ timeoutMs: 50 });
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_TIMEOUT');
  });

  it('is not asked any more once the reading is cancelled', async () => {
    const signal = AbortSignal.abort();
    expect(await rejectionCode(() => source.readLatest([xbtc], { signal }))).toBe('SOURCE_TIMEOUT');
    expect(server.requests).toEqual([]);
  });
});
