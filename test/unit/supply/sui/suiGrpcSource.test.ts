import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { LatestSupplySource } from '../../../../src/supply/latestSupplySource.ts';
import { createSuiGrpcSource } from '../../../../src/supply/sui/suiGrpcSource.ts';
import { createSuiSource, type SuiSourceOptions } from '../../../../src/supply/sui/suiSource.ts';
import { startJsonApiServer } from '../../../support/jsonApiServer.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';
import {
  type GrpcCall,
  type SuiGrpcServer,
  startSuiGrpcServer,
} from '../../../support/suiGrpcServer.ts';
import {
  createSuiNode,
  type SuiNode,
  type SuiNodeCoin,
  suiCheckpoint,
  suiMainnet,
  suiPoint,
} from '../../../support/suiNode.ts';

/**
 * Answers are the messages of sui/rpc/v2 of MystenLabs/sui-apis (commit ba0beea3): ledger_service.proto,
 * checkpoint.proto, checkpoint_summary.proto, state_service.proto. That answers bear the height of the
 * server in `x-sui-checkpoint-height` is crates/sui-rpc-api of MystenLabs/sui.
 */
const chain = ChainId('sui:mainnet');
const other = 'ZQawQqeikA4pRqKnkcuHuMnGZuKJTSt3V3EVmMjG56k';
const testnet = '69WiPg3DAQiwdxfncX6wYQ2siKwAe6L9BZthQea3JNMD';
const xbtcType = '0x876a4b7bce8aeaef60464c11f4026903e9afacab79b9b142686158aa86560b50::xbtc::XBTC';
const wbtcType = '0x0041f9f9344cac094454cd574e333c4fdb132d7bcc9379bcd4aab485b2a63942::wbtc::WBTC';
const xbtc = { token: tokenOf(xbtcType), decimals: 8, symbol: 'xBTC' };
const wbtc = { token: tokenOf(wbtcType), decimals: 8, symbol: 'WBTC' };
const failure = (code: string) => expect.objectContaining({ code });
const largest = 2n ** 64n - 1n;

type Answer = Record<string, unknown> | Promise<never>;

let server: SuiGrpcServer;
let source: LatestSupplySource;
let node: SuiNode;
let override: ((call: GrpcCall, times: number) => Answer | undefined) | undefined;

beforeEach(async () => {
  node = createSuiNode();
  override = undefined;
  node.coins.set(xbtcType, coin({}));
  node.coins.set(wbtcType, coin({ metadata: { symbol: 'WBTC' }, treasury: { totalSupply: 0n } }));
  server = await startSuiGrpcServer((call, times) => override?.(call, times) ?? node.answer(call));
  source = connect();
});
afterEach(async () => {
  await source.close();
  await server[Symbol.asyncDispose]();
});

function tokenOf(type: string) {
  return TokenId(`sui:mainnet/coin:${encodeURIComponent(type)}`);
}

function coin(more: SuiNodeCoin): SuiNodeCoin {
  return {
    ...more,
    metadata: { decimals: 8, symbol: 'xBTC', ...more.metadata },
    treasury: { totalSupply: 51_234_567_890n, ...more.treasury },
  };
}

function connect(more: Partial<SuiSourceOptions> = {}): LatestSupplySource {
  return createSuiGrpcSource({
    url: server.url,
    source: { id: `grpc+${server.url}`, operator: 'test', kind: 'sui' },
    chain,
    timeoutMs: 5_000,
    wait: async () => {},
    ...more,
  });
}

/** The server fails so at the calls of one method that are counted, at all unless told. */
function fail(error: ConnectError, method = 'getCoinInfo', until = Number.POSITIVE_INFINITY): void {
  override = (call, times) => {
    if (call.method === method && times <= until) throw error;
    return undefined;
  };
}

function callsOf(method: GrpcCall['method']): number {
  return server.calls.filter((call) => call.method === method).length;
}

describe('createSuiGrpcSource', () => {
  it('reads supplies between two checkpoints', async () => {
    expect(await source.readLatest([xbtc, wbtc])).toEqual({
      source: source.source,
      from: suiPoint(200_000_000),
      to: suiPoint(200_000_003),
      tokens: [
        { token: xbtc.token, amount: 51_234_567_890n },
        { token: wbtc.token, amount: 0n },
      ],
    });
    expect(source.reach).toBe('latest');
    expect(server.sessions.size).toBe(1);
  });

  it('says the same as the GraphQL service does of the same facts', async () => {
    const strange = { token: tokenOf(`0x${'7'.repeat(64)}::no::NONE`), decimals: 8, symbol: 'NO' };
    const wrapped = { token: tokenOf(`0x${'6'.repeat(64)}::a::WRAPPED`), decimals: 8, symbol: 'W' };
    const wrappedType = `0x${'6'.repeat(64)}::a::WRAPPED`;
    node.coins.set(wrappedType, { metadata: { decimals: 8, symbol: 'W' } });
    const asked = [
      xbtc,
      wbtc,
      { ...xbtc, decimals: 6 },
      { ...wbtc, symbol: 'wBTC' },
      strange,
      wrapped,
    ];
    const text = (one: SuiNodeCoin | undefined) =>
      one && { ...one.metadata, supply: one.treasury?.totalSupply?.toString() ?? null };
    let at = 200_000_000;
    await using graphql = await startJsonApiServer(({ body }) => {
      const { variables } = z.object({ variables: z.record(z.string(), z.string()) }).parse(body);
      const { sequenceNumber, digest, summary } = suiCheckpoint(at);
      at += 3;
      const data: Record<string, unknown> = {
        chainIdentifier: suiMainnet,
        checkpoint: {
          sequenceNumber: Number(sequenceNumber),
          digest,
          timestamp: new Date(Number(summary.timestamp.seconds) * 1000).toISOString(),
        },
      };
      for (const [name, type] of Object.entries(variables)) {
        data[name.replace('t', 'c')] = text(node.coins.get(type)) ?? null;
      }
      return { json: { data } };
    });
    const other = createSuiSource({
      url: `${graphql.url}/graphql`,
      source: source.source,
      chain,
    });
    const [byGrpc, byGraphql] = [await source.readLatest(asked), await other.readLatest(asked)];
    await other.close();
    expect(byGrpc).toEqual(byGraphql);
    expect(byGrpc.tokens.map((one) => ('amount' in one ? one.amount : one.error.code))).toEqual([
      51_234_567_890n,
      0n,
      'TOKEN_DECIMALS_MISMATCH',
      'TOKEN_SYMBOL_MISMATCH',
      'TOKEN_MISSING',
      'TOKEN_SUPPLY_UNKNOWN',
    ]);
  });

  it('gives the figure of each reading where the supply changes between two', async () => {
    const amounts: unknown[] = [];
    for (const totalSupply of [100n, 250n]) {
      node.coins.set(xbtcType, coin({ treasury: { totalSupply } }));
      const { from, to, tokens } = await source.readLatest([xbtc]);
      amounts.push([from.height, to.height, tokens]);
    }
    expect(amounts).toEqual([
      [200_000_000, 200_000_003, [{ token: xbtc.token, amount: 100n }]],
      [200_000_006, 200_000_009, [{ token: xbtc.token, amount: 250n }]],
    ]);
  });

  it('asks for many coins over one connection, and once for what is wanted twice', async () => {
    const many = Array.from({ length: 45 }, (_, index) => {
      const type = `0x${index.toString(16).padStart(64, '0')}::m::COIN`;
      node.coins.set(type, coin({ treasury: { totalSupply: BigInt(index) } }));
      return { token: tokenOf(type), decimals: 8, symbol: 'xBTC' };
    });
    const { tokens } = await source.readLatest([...many, ...many.slice(0, 1)]);
    expect(tokens.map((one) => ('amount' in one ? one.amount : one.error))).toEqual([
      ...many.map((_, index) => BigInt(index)),
      0n,
    ]);
    expect(callsOf('getCoinInfo')).toBe(45);
    expect(server.sessions.size).toBe(1);
  });

  it('frames figures of a server that is a little behind the one asked before', async () => {
    node.pace = -2;
    const { from, to } = await source.readLatest([xbtc]);
    expect([from, to]).toEqual([suiPoint(199_999_998), suiPoint(200_000_000)]);
  });

  it('reaches back to the height that the server of a figure says that it has', async () => {
    override = ({ method, context }) => {
      if (method === 'getCoinInfo') {
        context.responseHeader.set('x-sui-checkpoint-height', '199999990');
      }
      return undefined;
    };
    const { from, to } = await source.readLatest([xbtc]);
    expect([from, to]).toEqual([suiPoint(199_999_990), suiPoint(200_000_003)]);
    override = ({ method, context }) => {
      if (method === 'getCoinInfo') {
        context.responseHeader.set('x-sui-checkpoint-height', '199999000');
      }
      return undefined;
    };
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_TIP_WENT_BACK');
  });

  it('reaches on to that height where the server that is asked after it is behind', async () => {
    override = ({ method, context }) => {
      if (method === 'getCoinInfo') {
        context.responseHeader.set('x-sui-checkpoint-height', '200000009');
      }
      return undefined;
    };
    const { from, to } = await source.readLatest([xbtc]);
    expect([from, to]).toEqual([suiPoint(200_000_000), suiPoint(200_000_009)]);
    node.height = 200_000_000;
    const behind = override;
    const Named = z.object({ sequenceNumber: z.bigint() });
    override = (call, times) => {
      if (call.method === 'getCheckpoint' && Named.safeParse(call.request).success) {
        throw new ConnectError('', Code.NotFound);
      }
      return behind(call, times);
    };
    await source.close();
    source = connect();
    const error = await rejection(() => source.readLatest([xbtc]));
    expect([error.code, error.facts]).toEqual([
      'SOURCE_TIP_WENT_BACK',
      expect.objectContaining({ seenHeight: 200_000_009, height: 200_000_003 }),
    ]);
  });

  it('does not follow a server that goes far back, or that changes a checkpoint', async () => {
    node.pace = -244;
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_TIP_WENT_BACK');
    await source.close();
    source = connect();
    node.pace = 0;
    await source.readLatest([xbtc]);
    const { digest } = suiCheckpoint(node.height + 1);
    for (const wrong of [{ digest }, { summary: { timestamp: { seconds: 9_000_000_000n } } }]) {
      const checkpoint = { ...suiCheckpoint(node.height), ...wrong };
      override = ({ method }) => (method === 'getCheckpoint' ? { checkpoint } : undefined);
      expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('knows the network by the digest of its first checkpoint', async () => {
    for (const [id, found] of [
      [testnet, 'sui:testnet'],
      [other, `the network ${other}`],
    ]) {
      node.chainId = id ?? '';
      const error = await rejection(() => source.readLatest([xbtc]));
      expect(error.code).toBe('SOURCE_WRONG_CHAIN');
      expect(error.facts).toMatchObject({ expected: 'sui:mainnet', found });
    }
    for (const wrong of ['', '35834a8a', 'mainnet']) {
      node.chainId = wrong;
      expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
    }
    for (const wrong of ['sui:devnet', 'eip155:1']) {
      expect(() => connect({ chain: ChainId(wrong) })).toThrow(failure('CHAIN_ID_INVALID'));
    }
  });

  it('ends its connection when it is closed, and opens none after that', async () => {
    await source.readLatest([xbtc]);
    expect(server.sessions.size).toBe(1);
    const closed = server.allClosed();
    await source.close();
    await closed;
    expect(server.sessions.size).toBe(0);
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_UNREACHABLE');
    expect(server.sessions.size).toBe(0);
  });

  it('sends user and password as a header, and shows them nowhere', async () => {
    await source.close();
    const url = server.url.replace('://', '://user:p%40ss@');
    source = connect({ url });
    fail(new ConnectError('bad password p@ss', Code.Unauthenticated), 'getCheckpoint');
    const error = await rejection(() => source.readLatest([xbtc]));
    expect(error.code).toBe('SOURCE_UNAUTHORIZED');
    expect(`${error.message} ${JSON.stringify(error.facts)} ${String(error.cause)}`).not.toContain(
      'p@ss',
    );
    const sent = server.calls.map(({ headers }) => headers.get('authorization'));
    expect(new Set(sent)).toEqual(new Set([`Basic ${btoa('user:p@ss')}`]));
    expect(() => connect({ url: `${server.url}/?key=KEY` })).toThrow(failure('SOURCE_URL_INVALID'));
  });
});

describe('a coin of Sui, by gRPC', () => {
  it('has a supply that is exact up to the last u64', async () => {
    node.coins.set(xbtcType, coin({ treasury: { totalSupply: largest } }));
    expect((await source.readLatest([xbtc])).tokens).toEqual([
      { token: xbtc.token, amount: largest },
    ]);
  });

  it.each<[string, SuiNodeCoin, string]>([
    ['a wrapped treasury', { metadata: { decimals: 8, symbol: 'xBTC' } }, 'TOKEN_SUPPLY_UNKNOWN'],
    [
      'a treasury that tells no supply',
      { metadata: { decimals: 8, symbol: 'xBTC' }, treasury: {} },
      'TOKEN_SUPPLY_UNKNOWN',
    ],
    ['wrapped metadata', { treasury: { totalSupply: 5n } }, 'TOKEN_DECIMALS_UNKNOWN'],
    [
      'metadata without decimals',
      { metadata: { symbol: 'xBTC' }, treasury: { totalSupply: 5n } },
      'TOKEN_DECIMALS_UNKNOWN',
    ],
    ['other decimals', coin({ metadata: { decimals: 9 } }), 'TOKEN_DECIMALS_MISMATCH'],
    ['no decimals', coin({ metadata: { decimals: 0 } }), 'TOKEN_DECIMALS_MISMATCH'],
    ['another symbol', coin({ metadata: { symbol: 'XBTC' } }), 'TOKEN_SYMBOL_MISMATCH'],
  ])('with %s gives no figure, and leaves the others theirs', async (_, wrong, code) => {
    node.coins.set(xbtcType, wrong);
    expect((await source.readLatest([xbtc, wbtc])).tokens).toEqual([
      { token: xbtc.token, error: failure(code) },
      { token: wbtc.token, amount: 0n },
    ]);
  });

  it('that the chain does not have is missing', async () => {
    node.coins.delete(xbtcType);
    expect((await source.readLatest([xbtc, wbtc])).tokens).toEqual([
      { token: xbtc.token, error: failure('TOKEN_MISSING') },
      { token: wbtc.token, amount: 0n },
    ]);
  });

  it('may come back with its address in another spelling, but not as another coin', async () => {
    const short = wbtcType.replace('0x00', '0x');
    for (const told of [
      short,
      short.toUpperCase().replace('0X', '0x').replace('::WBTC::', '::wbtc::'),
    ]) {
      node.coins.set(wbtcType, coin({ coinType: told, metadata: { symbol: 'WBTC' } }));
      expect((await source.readLatest([wbtc])).tokens).toEqual([
        { token: wbtc.token, amount: 51_234_567_890n },
      ]);
    }
    for (const told of [xbtcType, wbtcType.replace('::wbtc', '::Wbtc'), '', `${wbtcType}<u8>`]) {
      node.coins.set(wbtcType, coin({ coinType: told, metadata: { symbol: 'WBTC' } }));
      expect(await rejectionCode(() => source.readLatest([wbtc]))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('with a type in other casing or padding is refused before it is asked for', async () => {
    for (const type of [xbtcType.replace('0x876a', '0x876A'), wbtcType.replace('0x00', '0x')]) {
      const token = tokenOf(type);
      const { tokens } = await source.readLatest([{ ...xbtc, token }]);
      expect(tokens).toEqual([{ token, error: failure('TOKEN_ID_INVALID') }]);
    }
    expect(callsOf('getCoinInfo')).toBe(0);
  });
});

describe('a gRPC server of Sui', () => {
  it('that is unavailable for a moment is asked once more, and then not', async () => {
    fail(new ConnectError('secret', Code.Unavailable), 'getCoinInfo', 1);
    expect((await source.readLatest([xbtc])).tokens).toEqual([
      { token: xbtc.token, amount: 51_234_567_890n },
    ]);
    expect(callsOf('getCoinInfo')).toBe(2);
    fail(new ConnectError('secret', Code.Unavailable));
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_SERVER_ERROR');
    fail(new ConnectError('secret', Code.ResourceExhausted));
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RATE_LIMITED');
  });

  it('that does not have the checkpoint that it named is no answer', async () => {
    fail(new ConnectError('', Code.NotFound), 'getCheckpoint');
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no sequence number', { ...suiCheckpoint(5), sequenceNumber: undefined }],
    ['a number that is too large', { ...suiCheckpoint(5), sequenceNumber: 2n ** 53n }],
    ['no digest', { ...suiCheckpoint(5), digest: undefined }],
    ['a digest of other signs', { ...suiCheckpoint(5), digest: '0'.repeat(44) }],
    ['no time', { ...suiCheckpoint(5), summary: {} }],
    ['a time before 1970', { ...suiCheckpoint(5), summary: { timestamp: { seconds: -1n } } }],
    ['a time after 9999', { ...suiCheckpoint(5), summary: { timestamp: { seconds: 2n ** 62n } } }],
  ])('whose checkpoint has %s is not believed', async (_, checkpoint) => {
    override = ({ method }) =>
      method === 'getCheckpoint' ? (checkpoint === undefined ? {} : { checkpoint }) : undefined;
    expect(await rejectionCode(() => source.readLatest([xbtc]))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('that does not answer in time is given up, whatever it answered before', async () => {
    await source.close();
    source = connect({ timeoutMs: 500 });
    override = ({ method }) => (method === 'getCoinInfo' ? new Promise(() => {}) : undefined);
    const error = await rejection(() => source.readLatest([xbtc]));
    expect(error.code).toBe('SOURCE_TIMEOUT');
    expect(error.facts).toMatchObject({ request: 'GetCoinInfo', timeoutMs: 500 });
    expect(callsOf('getCoinInfo')).toBe(1);
  });

  it('is not asked any more once the reading is cancelled', async () => {
    const signal = AbortSignal.abort();
    expect(await rejectionCode(() => source.readLatest([xbtc], { signal }))).toBe('SOURCE_TIMEOUT');
    expect(server.calls).toEqual([]);
    const cancel = new AbortController();
    override = ({ method }) => {
      if (method !== 'getCoinInfo') return undefined;
      cancel.abort();
      return new Promise(() => {});
    };
    const reading = () => source.readLatest([xbtc], { signal: cancel.signal });
    expect(await rejectionCode(reading)).toBe('SOURCE_TIMEOUT');
  });
});
