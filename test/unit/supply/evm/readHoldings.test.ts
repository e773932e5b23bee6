import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import { createEvmSource } from '../../../../src/supply/evm/evmSource.ts';
import { unknownBlockHash } from '../../../../src/supply/evm/guardReads.ts';
import type { HoldingReading, HoldingToRead } from '../../../../src/supply/holdingReader.ts';
import { parseRpcOption } from '../../../../src/supply/parseRpcOption.ts';
import type { SupplySource } from '../../../../src/supply/supplySource.ts';
import {
  type EvmRpcServer,
  RpcFailure,
  standInBlocks,
  startEvmRpcServer,
} from '../../../support/evmRpcServer.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';

const genesis = 1_700_000_000;
const times = Array.from({ length: 50 }, (_, height) => genesis + height * 12);
const wbtcAddress = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const wbtc = TokenId(`eip155:1/erc20:${wbtcAddress}`);
const cbbtcAddress = '0xcbB7C0000aB88B473b1f5aFd9ef808440eed33Bf';
const cbbtc = TokenId(`eip155:1/erc20:${cbbtcAddress}`);
const oftAdapter = '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c';
const wormhole = '0x3ee18B2214AFF97000D974cf647E7C347E8fa585';
const arbitrum = '0xa3A7B6F88361F48403514059F1F16C8E78d60EeC';

let server: EvmRpcServer;
let source: SupplySource;

beforeEach(async () => {
  server = await startEvmRpcServer(times);
  server.tokens.set(wbtcAddress.toLowerCase(), {});
  server.tokens.set(cbbtcAddress.toLowerCase(), {});
  source = createEvmSource({
    ...parseRpcOption(`eip155:1=${server.url}`),
    timeoutMs: 5_000,
    wait: async () => {},
  });
});
afterEach(async () => {
  await source.close();
  await server.close();
});

function pointAt(height: number) {
  const block = server.blocks[height];
  if (!block) throw new Error(`no block ${height}`);
  const { hash, timestamp } = block;
  return { chain: ChainId('eip155:1'), height, hash, time: UnixTime(timestamp) };
}

/** Lets the node answer so to `balanceOf`, whatever the token, by holder. */
function answerBalances(entries: readonly (readonly [string, bigint | string | RpcFailure])[]) {
  const balances = new Map(
    entries.map(([holder, answer]) => [holder.slice(2).toLowerCase(), answer]),
  );
  server.override = ({ method, params }) => {
    if (method !== 'eth_call') return undefined;
    const [, holder = ''] = /"data":"0x70a082310{24}([0-9a-f]{40})"/.exec(text(params)) ?? [];
    const answer = balances.get(holder);
    if (answer instanceof RpcFailure) throw answer;
    return typeof answer === 'bigint' ? word(answer) : answer;
  };
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}

async function read(
  holdings: readonly HoldingToRead[],
  point = pointAt(40),
): Promise<readonly HoldingReading[]> {
  return (await source.holdings?.readHoldings(holdings, point)) ?? [];
}

function shown(readings: readonly HoldingReading[]) {
  return readings.map((one) => ('error' in one ? one.error.code : one.amount));
}

const isForUnknownBlock = (params: readonly unknown[]) =>
  JSON.stringify(params).includes(unknownBlockHash);

describe('the holdings of lockboxes', () => {
  it('are read by the hash of the block, the code of each token once', async () => {
    answerBalances([
      [oftAdapter, 4_000_000_000n],
      [wormhole, 0n],
      [arbitrum, 2n ** 256n - 1n],
    ]);
    const holdings = [
      { token: wbtc, holder: oftAdapter },
      { token: wbtc, holder: wormhole },
      { token: cbbtc, holder: arbitrum },
    ];
    expect(await read(holdings)).toEqual([
      { token: wbtc, holder: oftAdapter, amount: 4_000_000_000n },
      { token: wbtc, holder: wormhole, amount: 0n },
      { token: cbbtc, holder: arbitrum, amount: 2n ** 256n - 1n },
    ]);
    const block = { blockHash: pointAt(40).hash, requireCanonical: true };
    const header = { method: 'eth_getBlockByNumber', params: ['0x28', false] };
    const unknown = { ...block, blockHash: unknownBlockHash };
    const call = (to: string, holder: string, at = block) => ({
      method: 'eth_call',
      params: [{ to, data: `0x70a08231${'0'.repeat(24)}${holder.slice(2).toLowerCase()}` }, at],
    });
    expect(server.requests).toEqual([
      [
        { method: 'eth_chainId', params: [] },
        header,
        { method: 'eth_getCode', params: [wbtcAddress, block] },
        { method: 'eth_getCode', params: [cbbtcAddress, block] },
        call(wbtcAddress, oftAdapter),
        call(wbtcAddress, wormhole),
        call(cbbtcAddress, arbitrum),
        { method: 'eth_getCode', params: [wbtcAddress, unknown] },
        call(wbtcAddress, oftAdapter, unknown),
      ],
      [header],
    ]);
  });

  it('belong to the holders that were asked for, where one holds two tokens or is asked for twice', async () => {
    const perToken = new Map([
      [wbtcAddress, 7n],
      [cbbtcAddress, 8n],
    ]);
    server.override = ({ method, params }) => {
      const [to] = [...perToken].find(([address]) => text(params).includes(`"${address}"`)) ?? [''];
      return method === 'eth_call' ? word(perToken.get(to) ?? 0n) : undefined;
    };
    const first = { token: wbtc, holder: wormhole };
    const second = { token: cbbtc, holder: wormhole };
    expect(shown(await read([first, second, first]))).toEqual([7n, 8n, 7n]);
  });

  it('are not asked for if there are none', async () => {
    expect(await read([])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('tell what is wrong with one from the others', async () => {
    answerBalances([
      [oftAdapter, 5n],
      [wormhole, new RpcFailure(3, 'execution reverted: SECRET')],
      [arbitrum, '0x'],
    ]);
    const nowhere = TokenId(`eip155:1/erc20:0x${'12'.repeat(20)}`);
    const readings = await read([
      { token: wbtc, holder: oftAdapter },
      { token: wbtc, holder: wormhole },
      { token: cbbtc, holder: arbitrum },
      { token: nowhere, holder: oftAdapter },
      { token: cbbtc, holder: oftAdapter },
    ]);
    expect(shown(readings)).toEqual([5n, 'TOKEN_REVERTED', 'TOKEN_REVERTED', 'TOKEN_NO_CODE', 5n]);
    const messages = readings.map((one) => ('error' in one ? one.error.message : null));
    expect(messages).toEqual([
      null,
      `${wbtc} reverts when balanceOf(${wormhole}) is called`,
      `${cbbtc} has no function balanceOf()`,
      `${nowhere} has no code at block 40`,
      null,
    ]);
  });

  it.each([
    ['31 bytes', `0x${'00'.repeat(31)}`, 31],
    ['33 bytes', `0x${'00'.repeat(33)}`, 33],
    ['two words', `0x${'00'.repeat(64)}`, 64],
    ['one byte', '0x05', 1],
  ])('are refused in %s', async (_, answer, bytes) => {
    answerBalances([[oftAdapter, answer]]);
    const [reading] = await read([{ token: wbtc, holder: oftAdapter }]);
    expect(reading).toMatchObject({
      token: wbtc,
      holder: oftAdapter,
      error: {
        code: 'TOKEN_REVERTED',
        message: `${wbtc} answers balanceOf(${oftAdapter}) with ${bytes} bytes, not 32`,
      },
    });
  });

  it('are unknown for a chain’s own unit, and those of tokens are read all the same', async () => {
    answerBalances([[oftAdapter, 5n]]);
    const ether = TokenId('eip155:1/slip44:60');
    const readings = await read([
      { token: ether, holder: oftAdapter },
      { token: wbtc, holder: oftAdapter },
    ]);
    expect(shown(readings)).toEqual(['SUPPLY_CHAIN_UNSUPPORTED', 5n]);
    expect(readings[0]).toMatchObject({
      token: ether,
      holder: oftAdapter,
      error: {
        facts: { source: source.source.id, token: ether, holder: oftAdapter },
        fix: expect.stringContaining('never taken for zero'),
      },
    });
  });

  it('are read of Rootstock’s own unit, which is no contract', async () => {
    server.chainId = 30;
    const rootstock = createEvmSource({ ...parseRpcOption(`eip155:30=${server.url}`) });
    const rbtc = TokenId('eip155:30/slip44:137');
    const token = TokenId(`eip155:30/erc20:${wbtcAddress}`);
    answerBalances([[oftAdapter, 5n]]);
    server.balances.set(oftAdapter.toLowerCase(), 2n ** 256n - 1n);
    const point = { ...pointAt(40), chain: ChainId('eip155:30') };
    const readings = await rootstock.holdings?.readHoldings(
      [
        { token: rbtc, holder: oftAdapter },
        { token, holder: oftAdapter },
        { token: rbtc, holder: wormhole },
        { token: TokenId('eip155:30/slip44:60'), holder: oftAdapter },
        { token: rbtc, holder: oftAdapter.slice(0, -1) },
        { token: TokenId('eip155:1/slip44:137'), holder: oftAdapter },
      ],
      point,
    );
    await rootstock.close();
    expect(shown(readings ?? [])).toEqual([
      2n ** 256n - 1n,
      5n,
      0n,
      'SUPPLY_CHAIN_UNSUPPORTED',
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
    ]);
    expect(server.requests.flat()).toContainEqual({
      method: 'eth_getBalance',
      params: [oftAdapter, { blockHash: point.hash }],
    });
  });

  it('are none of a chain’s own unit of a server that heeds the block for every method but that', async () => {
    server.chainId = 30;
    server.ignoring.add('eth_getBalance');
    answerBalances([[oftAdapter, 5n]]);
    const rootstock = createEvmSource({ ...parseRpcOption(`eip155:30=${server.url}`) });
    const point = { ...pointAt(40), chain: ChainId('eip155:30') };
    const token = TokenId(`eip155:30/erc20:${wbtcAddress}`);
    const read = (held: TokenId) =>
      rootstock.holdings?.readHoldings([{ token: held, holder: oftAdapter }], point);
    expect(shown((await read(token)) ?? [])).toEqual([5n]);
    const native = TokenId('eip155:30/slip44:137');
    expect(await rejectionCode(() => read(native))).toBe('SOURCE_RESPONSE_INVALID');
    await rootstock.close();
  });

  it('are none of a chain’s own unit if the server fails, or answers what is no amount', async () => {
    server.chainId = 30;
    const rbtc = TokenId('eip155:30/slip44:137');
    const point = { ...pointAt(40), chain: ChainId('eip155:30') };
    const answers = [
      [new RpcFailure(-32_000, 'missing trie node SECRET'), 'SUPPLY_STATE_UNAVAILABLE'],
      [new RpcFailure(-32_601, 'no such method'), 'SOURCE_RPC_ERROR'],
      ...[null, 5, '5', '0x', `0x1${'0'.repeat(64)}`].map(
        (one) => [one, 'SOURCE_RESPONSE_INVALID'] as const,
      ),
    ] as const;
    for (const [answer, code] of answers) {
      const rootstock = createEvmSource({ ...parseRpcOption(`eip155:30=${server.url}`) });
      server.override = ({ method }) => {
        if (method !== 'eth_getBalance') return undefined;
        if (answer instanceof RpcFailure) throw answer;
        return answer;
      };
      const holdings = [{ token: rbtc, holder: oftAdapter }];
      expect(await rejectionCode(() => rootstock.holdings?.readHoldings(holdings, point))).toBe(
        code,
      );
      await rootstock.close();
    }
  });

  it.each([
    ['a token of another chain', `eip155:10/erc20:${wbtcAddress}`, oftAdapter],
    ['what is no token contract', 'eip155:1/erc721:0x1234', oftAdapter],
    ['a token whose address is too short', 'eip155:1/erc20:0x1234', oftAdapter],
    ['a holder whose address is too short', wbtc, oftAdapter.slice(0, -1)],
    ['a holder with a wrong EIP-55 checksum', wbtc, oftAdapter.replace('E30d', 'e30d')],
    ['a holder of another kind of chain', wbtc, '9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX'],
    ['a holder that is a CAIP-10 account', wbtc, `eip155:1:${oftAdapter}`],
  ])('are not asked for of %s', async (_, token, holder) => {
    answerBalances([[oftAdapter, 5n]]);
    const readings = await read([
      { token: TokenId(token), holder },
      { token: wbtc, holder: oftAdapter },
    ]);
    expect(shown(readings)).toEqual(['INTERNAL_ERROR', 5n]);
    const asked = server.requests.flat().filter(({ params }) => !isForUnknownBlock(params));
    expect(asked.filter(({ method }) => method === 'eth_call')).toHaveLength(1);
  });

  it('are not asked for at a block of another chain', async () => {
    const point = { ...pointAt(40), chain: ChainId('eip155:10') };
    const asking = () => read([{ token: wbtc, holder: oftAdapter }], point);
    expect(await rejectionCode(asking)).toBe('INTERNAL_ERROR');
    expect(server.requests).toEqual([]);
  });
});

describe('the holdings of lockboxes, where the server or the block fails', () => {
  const holdings = [{ token: wbtc, holder: oftAdapter }];

  it('are none if the block has left the best chain', async () => {
    answerBalances([[oftAdapter, 5n]]);
    const point = pointAt(40);
    server.blocks = standInBlocks(times, 'another fork');
    expect(await rejectionCode(() => read(holdings, point))).toBe('SUPPLY_REORGANISED');
  });

  it('are none if the block leaves it while they are read', async () => {
    answerBalances([[oftAdapter, 5n]]);
    const point = pointAt(40);
    server.intercept = (_, request) => {
      if (request === 2) server.blocks = standInBlocks(times, 'another fork');
      return undefined;
    };
    expect(await rejectionCode(() => read(holdings, point))).toBe('SUPPLY_REORGANISED');
  });

  it('are none if the server gives the block another time', async () => {
    answerBalances([[oftAdapter, 5n]]);
    const point = { ...pointAt(40), time: UnixTime(genesis) };
    expect(await rejectionCode(() => read(holdings, point))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('are none if the state is gone, of the code or of the balance', async () => {
    for (const gone of ['eth_getCode', 'eth_call']) {
      server.override = ({ method }) => {
        if (method !== gone) return undefined;
        throw new RpcFailure(-32_000, 'missing trie node SECRET');
      };
      const error = await rejection(() => read(holdings));
      expect(error.code).toBe('SUPPLY_STATE_UNAVAILABLE');
      expect(error.message).not.toContain('SECRET');
    }
  });

  it('are none if the server fails, or answers what is no data', async () => {
    answerBalances([[oftAdapter, new RpcFailure(-32_603, 'internal error')]]);
    expect(await rejectionCode(() => read(holdings))).toBe('SOURCE_RPC_ERROR');
    for (const result of [null, 5, '5', '0x5', [word(5n)]]) {
      server.override = ({ method }) => (method === 'eth_call' ? result : undefined);
      expect(await rejectionCode(() => read(holdings))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('are none if the server is of another chain', async () => {
    server.chainId = 10;
    expect(await rejectionCode(() => read(holdings))).toBe('SOURCE_WRONG_CHAIN');
  });

  it('are none once the caller has given up', async () => {
    const signal = AbortSignal.abort();
    const asking = () => source.holdings?.readHoldings(holdings, pointAt(40), { signal });
    expect(await rejectionCode(asking)).toBe('SOURCE_TIMEOUT');
    expect(server.requests).toEqual([]);
  });
});
