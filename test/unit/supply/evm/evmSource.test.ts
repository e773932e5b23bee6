import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { Progress } from '../../../../src/core/source.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import { createEvmSource, type EvmSourceOptions } from '../../../../src/supply/evm/evmSource.ts';
import { stateMethods, unknownBlockHash } from '../../../../src/supply/evm/guardReads.ts';
import { parseRpcOption } from '../../../../src/supply/parseRpcOption.ts';
import type { SupplySource } from '../../../../src/supply/supplySource.ts';
import {
  type EvmRpcServer,
  type ReceivedCall,
  RpcFailure,
  standInBlocks,
  startEvmRpcServer,
} from '../../../support/evmRpcServer.ts';

const genesis = 1_700_000_000;
const times = Array.from({ length: 2_001 }, (_, height) => genesis + height * 12);
const addresses = {
  wbtc: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
  cbbtc: '0xcbB7C0000aB88B473b1f5aFd9ef808440eed33Bf',
} as const;
const wbtc = {
  token: TokenId(`eip155:1/erc20:${addresses.wbtc}`),
  decimals: 8,
  symbol: 'WBTC',
};
const cbbtc = {
  token: TokenId(`eip155:1/erc20:${addresses.cbbtc}`),
  decimals: 8,
  symbol: 'cbBTC',
};
const finalized = { kind: 'finalized' } as const;
const aligned = (time: number) => ({ kind: 'aligned', time: UnixTime(time) }) as const;
const failure = (code: string) => expect.objectContaining({ code });

let server: EvmRpcServer;
let source: SupplySource;

beforeEach(async () => {
  server = await startEvmRpcServer(times);
  server.finalized = 1_936;
  server.tokens.set(addresses.wbtc.toLowerCase(), {
    totalSupply: 12_345_678_901n,
    decimals: 8,
    symbol: 'WBTC',
  });
  server.tokens.set(addresses.cbbtc.toLowerCase(), {
    totalSupply: 55n,
    decimals: 8,
    symbol: 'cbBTC',
  });
  source = connect();
});
afterEach(async () => {
  await source.close();
  await server.close();
});

function connect(more: Partial<EvmSourceOptions> = {}): SupplySource {
  const option = parseRpcOption(`eip155:1=${server.url}`);
  return createEvmSource({ ...option, timeoutMs: 5_000, wait: async () => {}, ...more });
}

/** Whether a call asks for the block that does not exist. */
function isForUnknownBlock({ params }: ReceivedCall): boolean {
  return JSON.stringify(params).includes(unknownBlockHash);
}

function pointAt(height: number) {
  const block = server.blocks[height];
  if (!block) throw new Error(`no block ${height}`);
  return {
    chain: ChainId('eip155:1'),
    height,
    hash: block.hash,
    time: UnixTime(block.timestamp),
  };
}

describe('createEvmSource', () => {
  it('shows neither path nor key', () => {
    expect(source.source).toEqual({
      id: new URL(server.url).origin,
      operator: '127.0.0.1',
      kind: 'evm',
    });
  });

  it('refuses a chain that is no EVM chain, and a URL that is none', () => {
    expect(() => connect({ chain: ChainId('solana:5eykt4') })).toThrow(failure('CHAIN_ID_INVALID'));
    expect(() => connect({ url: 'eth.example/SECRET' })).toThrow(failure('SOURCE_URL_INVALID'));
  });

  it('refuses another chain, naming both', async () => {
    server.chainId = 137;
    await expect(source.findPoint(finalized)).rejects.toMatchObject({
      code: 'SOURCE_WRONG_CHAIN',
      message: `${source.source.id} serves eip155:137, not eip155:1`,
      facts: { expected: 'eip155:1', found: 'eip155:137' },
    });
    const request = { point: pointAt(10), tokens: [wbtc] };
    await expect(source.readSupplies(request)).rejects.toThrow(failure('SOURCE_WRONG_CHAIN'));
  });

  it('refuses a chain id that is a number', async () => {
    server.override = ({ method }) => (method === 'eth_chainId' ? 1 : undefined);
    await expect(source.findPoint(finalized)).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });

  it('asks once for the chain id, and once by each method for a block that does not exist', async () => {
    const waits: number[] = [];
    const patient = connect({ wait: async (ms) => waits.push(ms) });
    await patient.findPoint(finalized);
    await patient.findPoint(finalized);
    await patient.readSupplies({ point: pointAt(3), tokens: [wbtc] });
    await patient.readSupplies({ point: pointAt(4), tokens: [wbtc] });
    await patient.holdings?.readHoldings(
      [{ token: wbtc.token, holder: addresses.cbbtc }],
      pointAt(3),
    );
    await patient.close();
    const asked = server.requests.flat();
    expect(asked.filter(({ method }) => method === 'eth_chainId')).toHaveLength(1);
    const block = { blockHash: unknownBlockHash, requireCanonical: true };
    const { params } = { params: [{ to: addresses.wbtc, data: '0x18160ddd' }, block] };
    expect(asked.filter(isForUnknownBlock)).toEqual([
      { method: 'eth_getCode', params: [addresses.wbtc, block] },
      { method: 'eth_call', params },
    ]);
    expect(waits).toEqual([]);
  });
});

describe('a node that is asked for a block that does not exist', () => {
  const reading = () => source.readSupplies({ point: pointAt(10), tokens: [wbtc] });

  it.each(['eth_getCode', 'eth_call'])('is refused if it answers by %s', async (method) => {
    server.ignoring.add(method);
    expect(await source.findPoint(finalized)).toEqual(pointAt(1_936));
    await expect(reading()).rejects.toMatchObject({
      code: 'SOURCE_RESPONSE_INVALID',
      message: `${source.source.id} answers ${method} for a block that does not exist: it does not read state by block hash`,
      fix: expect.stringContaining('EIP-1898'),
    });
    await expect(reading()).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });

  it('is named for another chain first, if it serves one', async () => {
    server.chainId = 137;
    server.ignoring.add('eth_getCode');
    await expect(source.findPoint(finalized)).rejects.toThrow(failure('SOURCE_WRONG_CHAIN'));
  });

  it.each([
    [-32000, 'header not found'],
    [-32001, 'resource not found'],
    [-32602, 'invalid argument 1: block not found'],
    [-32603, 'internal error'],
    [3, 'execution reverted'],
  ])('may answer with the error %d', async (code, message) => {
    for (const method of stateMethods) server.ignoring.add(method);
    server.override = (call) => {
      if (isForUnknownBlock(call)) throw new RpcFailure(code, message);
      return undefined;
    };
    const { tokens } = await reading();
    expect(tokens).toEqual([{ token: wbtc.token, amount: 12_345_678_901n }]);
    expect(server.requests).toHaveLength(2);
  });

  it('is asked again as long as it is asked too often', async () => {
    server.ignoring.add('eth_getCode');
    let refusals = 3;
    server.override = (call) => {
      if (!isForUnknownBlock(call)) return undefined;
      refusals -= 1;
      if (refusals >= 0) throw new RpcFailure(-32005, 'limit exceeded');
      return undefined;
    };
    await expect(reading()).rejects.toThrow(failure('SOURCE_RATE_LIMITED'));
    await expect(reading()).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
    server.ignoring.clear();
    server.override = () => undefined;
    expect((await reading()).tokens).toEqual([{ token: wbtc.token, amount: 12_345_678_901n }]);
  });

  it('is asked again after a request that failed', async () => {
    server.intercept = (_, request) => (request <= 2 ? 'reset' : undefined);
    await expect(reading()).rejects.toThrow(failure('SOURCE_UNREACHABLE'));
    expect((await reading()).tokens).toEqual([{ token: wbtc.token, amount: 12_345_678_901n }]);
    expect(server.requests.map((calls) => calls.filter(isForUnknownBlock).length)).toEqual([
      2, 2, 2, 0,
    ]);
  });

  it('may fail the whole batch for it: the calls are then made one by one', async () => {
    const refusal = '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"not found"}}';
    server.intercept = (calls) =>
      calls.length > 1 && calls.some(isForUnknownBlock) ? { body: refusal } : undefined;
    expect((await reading()).tokens).toEqual([{ token: wbtc.token, amount: 12_345_678_901n }]);
    expect(server.requests.map((calls) => calls.length)).toEqual([8, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const ignoring = connect();
    server.ignoring.add('eth_call');
    await expect(ignoring.readSupplies({ point: pointAt(10), tokens: [wbtc] })).rejects.toThrow(
      failure('SOURCE_RESPONSE_INVALID'),
    );
    await ignoring.close();
  });
});

describe('findPoint', () => {
  it('names the last final block', async () => {
    expect(await source.findPoint(finalized)).toEqual(pointAt(1_936));
    expect(server.requests.map((calls) => calls.map(({ method }) => method))).toEqual([
      ['eth_chainId', 'eth_getBlockByNumber', 'eth_getBlockByNumber'],
    ]);
    expect(
      server.requests
        .flat()
        .slice(1)
        .map(({ params }) => params[0]),
    ).toEqual(['finalized', 'latest']);
  });

  it('tells by which rule its chain is final', async () => {
    expect(source.finality).toBe('finalized');
    const rootstock = connect({ chain: ChainId('eip155:30') });
    expect(rootstock.finality).toBe('120 blocks deep');
    await rootstock.close();
  });

  it('names the block at the depth of the chain’s rule, where its nodes know no tag', async () => {
    server.chainId = 30;
    server.finalized = undefined;
    const rootstock = connect({ chain: ChainId('eip155:30') });
    const found = await rootstock.findPoint(finalized);
    expect(found).toEqual({ ...pointAt(2_000 - 120), chain: 'eip155:30' });
    server.blocks = server.blocks.slice(0, 100);
    await expect(rootstock.findPoint(finalized)).rejects.toMatchObject({
      code: 'SOURCE_RPC_ERROR',
      facts: { depth: 120, height: 99 },
    });
    await rootstock.close();
  });

  it('takes another rule if it is told one', async () => {
    const deep = connect({ finality: { kind: 'depth', blocks: 500 } });
    expect(deep.finality).toBe('500 blocks deep');
    expect(await deep.findPoint(finalized)).toEqual(pointAt(1_500));
    await deep.close();
  });

  it('bears a newest block that wobbles, as long as no block vanishes that was final', async () => {
    const deep = connect({ finality: { kind: 'depth', blocks: 100 } });
    expect((await deep.findPoint(finalized)).height).toBe(1_900);
    server.blocks = server.blocks.slice(0, 1_901);
    expect((await deep.findPoint(finalized)).height).toBe(1_800);
    server.blocks = server.blocks.slice(0, 1_900);
    await expect(deep.findPoint(finalized)).rejects.toMatchObject({
      code: 'SOURCE_TIP_WENT_BACK',
      facts: { seenHeight: 1_900, height: 1_799 },
    });
    await deep.close();
  });

  it('refuses a final block above the newest one', async () => {
    server.override = ({ method, params }) =>
      method === 'eth_getBlockByNumber' && params[0] === 'latest'
        ? { ...server.blocks[1_935], number: '0x78f', timestamp: '0x6553f100' }
        : undefined;
    await expect(source.findPoint(finalized)).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });

  it('names the last block that is not after the time', async () => {
    expect(await source.findPoint(aligned(genesis + 1_700 * 12))).toEqual(pointAt(1_700));
    expect(await source.findPoint(aligned(genesis + 1_700 * 12 + 11))).toEqual(pointAt(1_700));
    expect(await source.findPoint(aligned(genesis + 1_700 * 12 - 1))).toEqual(pointAt(1_699));
  });

  it('never names a block above the final one', async () => {
    expect(await source.findPoint(aligned(genesis + 1_990 * 12))).toEqual(pointAt(1_936));
  });

  it('finds the block of an hour ago in 3 requests', async () => {
    await source.findPoint(aligned(genesis + (1_936 - 300) * 12));
    expect(server.requests).toHaveLength(3);
  });

  it('tells how far the search is', async () => {
    const seen: Progress[] = [];
    await source.findPoint(aligned(genesis + 900 * 12), { onProgress: (one) => seen.push(one) });
    expect(seen.map(({ phase }) => phase)).toEqual(seen.map(() => 'headers'));
    expect(seen[0]).toMatchObject({ source: source.source, done: 0 });
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
  });

  it('says so when the chain is younger than the time', async () => {
    await expect(source.findPoint(aligned(genesis - 1))).rejects.toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      facts: { source: source.source.id },
    });
  });

  it('says so when the node has dropped blocks that old', async () => {
    server.override = ({ method, params }) => {
      if (method === 'eth_getBlockByNumber' && Number(params[0]) < 1_500) {
        throw new RpcFailure(4444, 'pruned history unavailable');
      }
      return undefined;
    };
    expect(await source.findPoint(aligned(genesis + 1_500 * 12))).toEqual(pointAt(1_500));
    await expect(source.findPoint(aligned(genesis + 1_499 * 12))).rejects.toThrow(
      failure('SUPPLY_BLOCK_UNAVAILABLE'),
    );
  });

  it('explains when the node does not know what is final', async () => {
    server.finalized = undefined;
    await expect(source.findPoint(finalized)).rejects.toMatchObject({
      code: 'SOURCE_RPC_ERROR',
      message: expect.stringContaining('cannot name the last final block'),
      fix: expect.stringContaining('"finalized"'),
      facts: { tag: 'finalized', rpcCode: -32602 },
    });
  });

  it('explains when no block is final yet', async () => {
    server.finalized = 9_999;
    await expect(source.findPoint(finalized)).rejects.toMatchObject({
      code: 'SOURCE_RPC_ERROR',
      facts: { tag: 'finalized' },
    });
  });

  it('refuses a final block that goes backwards', async () => {
    await source.findPoint(finalized);
    server.finalized = 1_900;
    await expect(source.findPoint(finalized)).rejects.toMatchObject({
      code: 'SOURCE_TIP_WENT_BACK',
      facts: { seenHeight: 1_936, height: 1_900 },
    });
  });

  it.each([
    ['numbers for strings', { number: 1_936, timestamp: genesis }],
    ['no hash', { hash: undefined }],
    ['a hash that is none', { hash: '0x12' }],
    ['a negative time', { timestamp: '-0x1' }],
  ])('refuses a block with %s', async (_, wrong) => {
    const block = { number: '0x790', hash: pointAt(1_936).hash, timestamp: '0x6553f100', ...wrong };
    server.override = ({ method }) => (method === 'eth_getBlockByNumber' ? block : undefined);
    await expect(source.findPoint(finalized)).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });

  it('refuses times that run backwards', async () => {
    for (const block of server.blocks) block.timestamp = genesis + ((block.number * 7_919) % 997);
    await expect(source.findPoint(aligned(genesis + 5))).rejects.toThrow(
      failure('SOURCE_RESPONSE_INVALID'),
    );
  });

  it('stops when the caller gives up', async () => {
    const caller = new AbortController();
    server.intercept = (_, request) => {
      if (request === 2) caller.abort();
      return request === 2 ? 'silence' : undefined;
    };
    const search = source.findPoint(aligned(genesis + 12), { signal: caller.signal });
    await expect(search).rejects.toThrow(failure('SOURCE_TIMEOUT'));
  });
});

describe('readPoint', () => {
  it('names the block at a height', async () => {
    expect(await source.readPoint(77)).toEqual(pointAt(77));
  });

  it('says so when there is none yet', async () => {
    await expect(source.readPoint(5_000)).rejects.toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      facts: { height: 5_000 },
    });
  });

  it('refuses another block than the one asked for', async () => {
    server.override = ({ method, params }) =>
      method === 'eth_getBlockByNumber'
        ? { ...server.blocks[78], number: '0x4e', timestamp: '0x6553f100', params }
        : undefined;
    await expect(source.readPoint(77)).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });
});

describe('readSupplies', () => {
  it('reads a token by the hash of the block, in two requests', async () => {
    const point = pointAt(1_500);
    const observation = await source.readSupplies({ point, tokens: [wbtc] });
    expect(observation.tokens).toEqual([{ token: wbtc.token, amount: 12_345_678_901n }]);
    expect(server.requests.map((calls) => calls.map(({ method }) => method))).toEqual([
      [
        'eth_chainId',
        'eth_getBlockByNumber',
        'eth_getCode',
        'eth_call',
        'eth_call',
        'eth_call',
        'eth_getCode',
        'eth_call',
      ],
      ['eth_getBlockByNumber'],
    ]);
  });

  it('reads all tokens by the hash of the block, and asks once whether there is Multicall3', async () => {
    const point = pointAt(1_500);
    const seen: Progress[] = [];
    const reading = () =>
      source.readSupplies(
        { point, tokens: [wbtc, cbbtc] },
        { onProgress: (one) => seen.push(one) },
      );
    expect(await reading()).toEqual({
      source: source.source,
      point,
      tokens: [
        { token: wbtc.token, amount: 12_345_678_901n },
        { token: cbbtc.token, amount: 55n },
      ],
    });
    // Chain id, the block, the code of three contracts and Multicall3 in both orders, and by both methods a
    // block that does not exist; then each call alone.
    expect(server.requests.map((calls) => calls.length)).toEqual([9, 7, 1]);
    const pinned = server.requests
      .flat()
      .filter((call) => /call|Code/.test(call.method) && !isForUnknownBlock(call));
    expect(pinned.map(({ params }) => params[1])).toEqual(
      pinned.map(() => ({ blockHash: point.hash, requireCanonical: true })),
    );
    expect(seen.map(({ phase, done, total }) => [phase, done, total])).toEqual([
      ['supply', 0, 2],
      ['supply', 2, 2],
    ]);
    server.requests.length = 0;
    await reading();
    expect(server.requests.map((calls) => calls.length)).toEqual([9, 1]);
  });

  it('keeps what is wrong with one token to that token', async () => {
    const unknown = TokenId(`eip155:1/erc20:0x${'12'.repeat(20)}`);
    const revertingAt = `0x${'34'.repeat(20)}`;
    server.tokens.set(revertingAt, {
      totalSupply: new RpcFailure(3, 'execution reverted: no'),
      decimals: 8,
      symbol: 'REV',
    });
    const { tokens } = await source.readSupplies({
      point: pointAt(1_500),
      tokens: [
        { ...wbtc, decimals: 18 },
        { token: unknown, decimals: 8, symbol: 'NONE' },
        cbbtc,
        { token: TokenId(`eip155:1/erc20:${revertingAt}`), decimals: 8, symbol: 'REV' },
        { ...wbtc, symbol: 'BTCW' },
      ],
    });
    expect(tokens.map((one) => ('error' in one ? one.error.code : one.amount))).toEqual([
      'TOKEN_DECIMALS_MISMATCH',
      'TOKEN_NO_CODE',
      55n,
      'TOKEN_REVERTED',
      'TOKEN_SYMBOL_MISMATCH',
    ]);
  });

  it('says of the chain’s own unit that its supply is not known, and harms no token', async () => {
    const ether = { token: TokenId('eip155:1/slip44:60'), decimals: 18, symbol: 'ETH' };
    const tokens = [ether, wbtc, ether];
    const { tokens: readings } = await source.readSupplies({ point: pointAt(1_500), tokens });
    const unknown = { token: ether.token, error: failure('TOKEN_SUPPLY_UNKNOWN') };
    expect(readings).toEqual([unknown, { token: wbtc.token, amount: 12_345_678_901n }, unknown]);
    const elsewhere = { ...ether, token: TokenId('eip155:30/slip44:137') };
    await expect(
      source.readSupplies({ point: pointAt(1_500), tokens: [elsewhere] }),
    ).rejects.toThrow(failure('INTERNAL_ERROR'));
  });

  it('refuses a block that has left the best chain', async () => {
    const point = pointAt(1_500);
    server.blocks = standInBlocks(times, 'another fork');
    await expect(source.readSupplies({ point, tokens: [wbtc] })).rejects.toThrow(
      failure('SUPPLY_REORGANISED'),
    );
  });

  it('refuses a block above a chain that has become shorter', async () => {
    const point = pointAt(1_500);
    server.blocks = server.blocks.slice(0, 1_000);
    await expect(source.readSupplies({ point, tokens: [wbtc] })).rejects.toThrow(
      failure('SUPPLY_REORGANISED'),
    );
  });

  it('refuses a block that leaves the best chain while it is read', async () => {
    const point = pointAt(1_500);
    server.intercept = (_, request) => {
      if (request === 2) server.blocks = standInBlocks(times, 'another fork');
      return undefined;
    };
    await expect(source.readSupplies({ point, tokens: [wbtc] })).rejects.toThrow(
      failure('SUPPLY_REORGANISED'),
    );
  });

  it('says so when the state is gone', async () => {
    const point = pointAt(1_500);
    server.override = ({ method }) => {
      if (method !== 'eth_call') return undefined;
      throw new RpcFailure(-32000, 'missing trie node 3b70737ce08b (path ) SECRET');
    };
    const reading = source.readSupplies({ point, tokens: [wbtc] });
    await expect(reading).rejects.toMatchObject({
      code: 'SUPPLY_STATE_UNAVAILABLE',
      facts: { height: 1_500, hash: point.hash, rpcCode: -32000 },
      message: expect.not.stringContaining('SECRET'),
    });
  });

  it('refuses a block whose time the server gives otherwise', async () => {
    const point = { ...pointAt(1_500), time: UnixTime(genesis) };
    await expect(source.readSupplies({ point, tokens: [wbtc] })).rejects.toThrow(
      failure('SOURCE_RESPONSE_INVALID'),
    );
  });

  it.each([
    ['a number for a string', 12_345_678_901],
    ['half a byte', '0x1'],
    ['null', null],
  ])('refuses %s for a supply', async (_, result) => {
    server.override = ({ method }) => (method === 'eth_call' ? result : undefined);
    const reading = source.readSupplies({ point: pointAt(1_500), tokens: [wbtc] });
    await expect(reading).rejects.toThrow(failure('SOURCE_RESPONSE_INVALID'));
  });

  it.each([
    ['HTML with 200', { body: '<html></html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['truncated JSON', { body: '[{"jsonrpc":"2.0","id":1,"re' }, 'SOURCE_RESPONSE_INVALID'],
    [
      '429 with Retry-After',
      { status: 429, headers: { 'retry-after': '1' }, body: '' },
      'SOURCE_RATE_LIMITED',
    ],
    ['500', { status: 500, body: '' }, 'SOURCE_SERVER_ERROR'],
    ['a wrong key', { status: 401, body: '' }, 'SOURCE_UNAUTHORIZED'],
    ['a cut connection', 'reset' as const, 'SOURCE_UNREACHABLE'],
  ])('fails on %s, and never with a part of the tokens', async (_, behaviour, code) => {
    const point = pointAt(1_500);
    const tokens = [wbtc, cbbtc];
    for (const failing of [1, 2]) {
      const fresh = connect();
      const begin = server.requests.length;
      server.intercept = (_calls, request) => (request >= begin + failing ? behaviour : undefined);
      await expect(fresh.readSupplies({ point, tokens })).rejects.toThrow(failure(code));
      await fresh.close();
    }
  });

  it('fails when nothing comes', async () => {
    server.intercept = () => 'silence';
    const hasty = connect({ timeoutMs: 50 });
    const reading = hasty.readSupplies({ point: pointAt(1_500), tokens: [wbtc] });
    await expect(reading).rejects.toThrow(failure('SOURCE_TIMEOUT'));
    await hasty.close();
  });

  it("refuses a request for another chain's block", async () => {
    const point = { ...pointAt(1_500), chain: ChainId('eip155:8453') };
    await expect(source.readSupplies({ point, tokens: [wbtc] })).rejects.toThrow(
      failure('INTERNAL_ERROR'),
    );
  });

  it('fails once it is closed', async () => {
    await source.close();
    await expect(source.findPoint(finalized)).rejects.toThrow(failure('SOURCE_UNREACHABLE'));
  });
});
