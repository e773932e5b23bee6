import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { Progress } from '../../../../src/core/source.ts';
import type { LatestSupplySource } from '../../../../src/supply/latestSupplySource.ts';
import {
  createTronSource,
  type TronSourceOptions,
} from '../../../../src/supply/tron/tronSource.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';
import {
  returnedText,
  returnedUint,
  startTronServer,
  type TronReply,
  type TronServer,
  tronBlock,
  tronBlockId,
} from '../../../support/tronServer.ts';

const chain = ChainId('tron:0x2b6653dc');
// WBTC and BTC on Tron, as the registry has them.
const addresses = {
  wbtc: 'TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi',
  btc: 'TN3W4H6rK2ce4vX9YnFQHwKENnHjoxb3m9',
} as const;
const tokenOf = (address: string, symbol: string) => ({
  token: TokenId(`${chain}/trc20:${address}`),
  decimals: 8,
  symbol,
});
const [wbtc, btc] = [tokenOf(addresses.wbtc, 'WBTC'), tokenOf(addresses.btc, 'BTC')];
const source = { id: 'https://tron.example', operator: 'example', kind: 'tron' };

let server: TronServer;
let tron: LatestSupplySource;
let waits: number[];

beforeEach(async () => {
  server = await startTronServer();
  deploy(addresses.wbtc, 12_345_678_901n, 'WBTC');
  deploy(addresses.btc, 55n, 'BTC');
  waits = [];
  tron = connect();
});
afterEach(async () => {
  await tron.close();
  await server[Symbol.asyncDispose]();
});

function connect(more: Partial<TronSourceOptions> = {}): LatestSupplySource {
  const wait = async (ms: number) => waits.push(ms);
  return createTronSource({ url: server.url, source, chain, timeoutMs: 5_000, wait, ...more });
}

function deploy(address: string, supply: bigint, symbol: string): void {
  server.returns.set(`${address}/totalSupply()`, returnedUint(supply));
  server.returns.set(`${address}/decimals()`, returnedUint(8n));
  server.returns.set(`${address}/symbol()`, returnedText(symbol));
}

function pointAt(height: number) {
  return { chain, height, hash: tronBlockId(height), time: 1_600_000_000 + height * 3 };
}

/** Answers one method in another way. */
function answer(method: string, reply: (times: number) => TronReply | undefined): void {
  server.override = (name, times) => (name === method ? reply(times) : undefined);
}

const methods = () => server.requests.map(({ path }) => path.replace(/^.*\/|\?.*$/g, ''));
/** The error that stands in place of a figure. */
async function tokenError() {
  const [reading] = (await tron.readLatest([wbtc])).tokens;
  if (!reading || !('error' in reading)) throw new Error('it has a figure');
  return reading.error;
}

describe('createTronSource', () => {
  it('reads all tokens on solid blocks, and names those before and after', async () => {
    answer('getnowblock', (times) => {
      if (times === 2) server.solid += 2;
      return undefined;
    });
    const progress: Progress[] = [];
    const onProgress = (one: Progress) => progress.push(one);
    expect(await tron.readLatest([wbtc, btc], { onProgress })).toEqual({
      source,
      from: pointAt(66_987_627),
      to: pointAt(66_987_629),
      tokens: [
        { token: wbtc.token, amount: 12_345_678_901n },
        { token: btc.token, amount: 55n },
      ],
    });
    expect(progress.map(({ done, total }) => `${done}/${total}`)).toEqual(['0/2', '1/2', '2/2']);
    expect(methods().slice(0, 2).sort()).toEqual(['getblockbynum', 'getnowblock']);
    expect(methods().slice(2)).toEqual([
      ...Array.from({ length: 6 }, () => 'triggerconstantcontract'),
      'getnowblock',
    ]);
  });

  it('asks for the genesis block once', async () => {
    await tron.readLatest([wbtc]);
    await tron.readLatest([wbtc]);
    expect(methods().filter((method) => method === 'getblockbynum')).toHaveLength(1);
  });

  it.each([
    ...[0n, 2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 128n - 1n, 2n ** 128n],
    2n ** 256n - 1n,
  ])('reads a supply of %d exactly', async (supply) => {
    deploy(addresses.wbtc, supply, 'WBTC');
    expect((await tron.readLatest([wbtc])).tokens).toEqual([{ token: wbtc.token, amount: supply }]);
  });

  it('knows the chain by the decimal number of its CAIP-2 profile as well', async () => {
    await tron.close();
    const decimal = ChainId('tron:728126428');
    tron = connect({ chain: decimal });
    const token = TokenId(`${decimal}/trc20:${addresses.wbtc}`);
    expect(await tron.readLatest([{ ...wbtc, token }])).toMatchObject({
      from: { chain: decimal },
      tokens: [{ token, amount: 12_345_678_901n }],
    });
  });

  it('refuses another network, naming both', async () => {
    // Nile.
    server.genesisId = '0000000000000000d698d4192c56cb6be724a558448e2684802de4d6cd8690dc';
    expect(await rejection(() => tron.readLatest([wbtc]))).toMatchObject({
      code: 'SOURCE_WRONG_CHAIN',
      facts: { expected: chain, found: 'tron:0xcd8690dc' },
    });
  });

  it.each(['eip155:728126428', 'tron:2b6653dc', 'tron:0x2B6653DC', 'tron:4294967296', 'tron:0'])(
    'refuses the chain %s',
    async (text) => {
      expect(await rejectionCode(() => connect({ chain: ChainId(text) }))).toBe('CHAIN_ID_INVALID');
    },
  );

  it('refuses a URL that is none, and tokens of elsewhere', async () => {
    expect(await rejectionCode(() => connect({ url: 'tron.example/SECRET' }))).toBe(
      'SOURCE_URL_INVALID',
    );
    for (const token of [
      'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
      `${chain}/trc10:1002000`,
    ]) {
      const wrong = { ...wbtc, token: TokenId(token) };
      expect(await rejectionCode(() => tron.readLatest([wrong]))).toBe('INTERNAL_ERROR');
    }
    expect(server.requests).toEqual([]);
  });
});

describe('a Tron token', () => {
  it('that changes its supply between two readings has the newer one in the newer', async () => {
    const before = await tron.readLatest([wbtc]);
    deploy(addresses.wbtc, 1n, 'WBTC');
    server.solid += 1;
    const after = await tron.readLatest([wbtc]);
    expect(before).toMatchObject({
      to: pointAt(66_987_627),
      tokens: [{ amount: 12_345_678_901n }],
    });
    expect(after).toMatchObject({ from: pointAt(66_987_628), tokens: [{ amount: 1n }] });
  });

  it('that is no contract has no figure, and the others have theirs', async () => {
    for (const name of ['totalSupply()', 'decimals()', 'symbol()']) {
      server.returns.delete(`${addresses.wbtc}/${name}`);
    }
    const { tokens } = await tron.readLatest([wbtc, btc]);
    expect(tokens).toMatchObject([
      { token: wbtc.token, error: { code: 'TOKEN_NO_CODE' } },
      { token: btc.token, amount: 55n },
    ]);
  });

  it('that is written in hex or with a wrong checksum is not asked for, and the others are', async () => {
    for (const [address, fix] of [
      ['41a614f803b6fd780986a42c78ec9c7f77e6ded13c', /TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\.$/],
      ['TYhWwKpw43ENFWBTGpzLHn3882f2au7SMj', /^Write the address in base58check/],
    ] as const) {
      const token = TokenId(`${chain}/trc20:${address}`);
      expect((await tron.readLatest([{ ...wbtc, token }, btc])).tokens).toMatchObject([
        { token, error: { code: 'TOKEN_ID_INVALID', fix: expect.stringMatching(fix) } },
        { token: btc.token, amount: 55n },
      ]);
    }
    const asked = server.requests.map(({ body }) => JSON.stringify(body)).join('');
    expect(asked).not.toMatch(/a614f8|2au7SMj/);
  });

  it.each([
    'Smart contract is not exist.',
    Buffer.from('Contract validate error : Smart contract is not exist.').toString('hex'),
    'No contract or not a valid smart contract',
  ])('is no contract also where a node says so otherwise (%s)', async (message) => {
    answer('triggerconstantcontract', () => ({
      value: { result: { code: 'CONTRACT_VALIDATE_ERROR', message } },
    }));
    expect((await tokenError()).code).toBe('TOKEN_NO_CODE');
  });

  it('that reverts has no figure, though the answer says true and has 32 bytes', async () => {
    const reverts = returnedUint(999n);
    server.returns.set(`${addresses.wbtc}/totalSupply()`, { reverts });
    expect(await tokenError()).toMatchObject({
      code: 'TOKEN_REVERTED',
      message: `${wbtc.token} reverts when totalSupply() is called`,
    });
    for (const value of [
      { result: { result: true, message: 'REVERT opcode executed' }, constant_result: [reverts] },
      {
        result: { result: true },
        constant_result: [reverts],
        transaction: { ret: [{ ret: 'FAILED' }] },
      },
    ]) {
      answer('triggerconstantcontract', () => ({ value }));
      expect((await tokenError()).code).toBe('TOKEN_REVERTED');
    }
  });

  it.each([
    ['totalSupply()', '', 'has no function totalSupply()'],
    ['totalSupply()', '05', 'answers totalSupply() with 1 bytes, not 32'],
    ['totalSupply()', `${returnedUint(5n)}00`, 'answers totalSupply() with 33 bytes, not 32'],
    ['decimals()', '', 'has no function decimals()'],
    ['symbol()', 'ff', 'answers symbol() with something that is no text'],
  ])('whose %s returns %j has no figure', async (name, data, what) => {
    server.returns.set(`${addresses.wbtc}/${name}`, data);
    expect(await tokenError()).toMatchObject({
      code: 'TOKEN_REVERTED',
      message: `${wbtc.token} ${what}`,
    });
  });

  it('with other decimals or another symbol than the registry says has no figure', async () => {
    server.returns.set(`${addresses.wbtc}/decimals()`, returnedUint(18n));
    expect((await tokenError()).code).toBe('TOKEN_DECIMALS_MISMATCH');
    server.returns.set(`${addresses.wbtc}/decimals()`, returnedUint(2n ** 256n - 1n));
    expect((await tokenError()).code).toBe('TOKEN_DECIMALS_MISMATCH');
    deploy(addresses.wbtc, 5n, 'WBTC2');
    expect((await tokenError()).code).toBe('TOKEN_SYMBOL_MISMATCH');
  });

  it('may write its symbol as bytes32', async () => {
    const symbol = Buffer.from('WBTC').toString('hex').padEnd(64, '0');
    server.returns.set(`${addresses.wbtc}/symbol()`, symbol);
    expect((await tron.readLatest([wbtc])).tokens).toEqual([
      { token: wbtc.token, amount: 12_345_678_901n },
    ]);
  });
});

describe('a Tron server', () => {
  const wentBack = {
    code: 'SOURCE_TIP_WENT_BACK',
    facts: { seenHeight: 66_987_627, height: 66_987_626 },
  };

  it('that goes back in one reading is caught', async () => {
    answer('getnowblock', (times) => {
      if (times === 2) server.solid -= 1;
      return undefined;
    });
    expect(await rejection(() => tron.readLatest([wbtc]))).toMatchObject(wentBack);
  });

  it('that goes back between two readings is caught once, and then believed again', async () => {
    await tron.readLatest([wbtc]);
    server.solid -= 1;
    expect(await rejection(() => tron.readLatest([wbtc]))).toMatchObject(wentBack);
    expect((await tron.readLatest([wbtc])).from).toEqual(pointAt(66_987_626));
  });

  it('that names two blocks of one number is caught', async () => {
    answer('getnowblock', (times) =>
      times === 2 ? { value: tronBlock(server.solid, 'fork') } : undefined,
    );
    expect(await rejectionCode(() => tron.readLatest([wbtc]))).toBe('SUPPLY_REORGANISED');
  });

  it('that has no solid block yet says so', async () => {
    answer('getnowblock', () => ({ value: {} }));
    expect(await rejectionCode(() => tron.readLatest([wbtc]))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
  });

  const lacking = 'class java.lang.IllegalAccessException : lack of computing resources';
  it.each([
    ['HTTP 429', { reply: { status: 429, headers: { 'retry-after': '2' }, body: '' } }, 2_000],
    ['a refusal with HTTP 200', { value: { Error: lacking } }, 1_000],
    ['a busy node', { value: { result: { code: 'SERVER_BUSY' } } }, 1_000],
    ['HTTP 503', { reply: { status: 503, body: '<html>busy</html>' } }, 250],
    ['a cut connection', { reply: 'reset' as const }, 250],
  ] satisfies [string, TronReply, number][])('is asked again after %s', async (_, reply, wait) => {
    answer('triggerconstantcontract', (times) => (times === 1 ? reply : undefined));
    expect((await tron.readLatest([wbtc])).tokens).toMatchObject([{ amount: 12_345_678_901n }]);
    expect(waits).toEqual([wait]);
  });

  it.each([
    ['SOURCE_RATE_LIMITED', 'HTTP 429', { reply: { status: 429, body: 'slow down' } }],
    ['SOURCE_RATE_LIMITED', 'a refusal with HTTP 200', { value: { Error: lacking } }],
    ['SOURCE_SERVER_ERROR', 'HTTP 500', { reply: { status: 500, body: 'gateway' } }],
    ['SOURCE_UNREACHABLE', 'a cut connection', { reply: 'reset' as const }],
    ['SOURCE_UNAUTHORIZED', 'HTTP 401', { reply: { status: 401, body: 'key expired' } }],
    [
      'SOURCE_RESPONSE_INVALID',
      'a disabled method',
      { reply: { status: 404, body: '{"Error":"this API is unavailable due to config"}' } },
    ],
    [
      'SOURCE_RESPONSE_INVALID',
      'a node without history',
      { reply: { body: 'this API is closed because this node is a lite fullnode' } },
    ],
    ['SOURCE_RESPONSE_INVALID', 'a web page', { reply: { body: '<html>welcome</html>' } }],
    [
      'SOURCE_RESPONSE_TOO_LARGE',
      'more than 16 MiB',
      { reply: { body: ' '.repeat(16 * 1024 * 1024 + 1) } },
    ],
    ['SOURCE_RPC_ERROR', 'an error of the servlet', { value: { Error: 'class X : welcome' } }],
  ] satisfies [string, string, TronReply][])('gives %s, and no secret, for %s', async (...row) => {
    const [code, , reply] = row;
    for (const method of ['getblockbynum', 'getnowblock', 'triggerconstantcontract']) {
      answer(method, () => reply);
      const error = await rejection(() => tron.readLatest([wbtc]));
      expect(error.code).toBe(code);
      expect(`${error.message} ${JSON.stringify(error.facts)} ${error.fix}`).not.toMatch(
        /SECRET|welcome|expired|gateway|lite/,
      );
      await tron.close();
      tron = connect();
    }
  });

  it('that does not answer in time is given up', async () => {
    await tron.close();
    tron = connect({ timeoutMs: 50 });
    answer('getnowblock', () => ({ reply: 'silence' }));
    expect(await rejectionCode(() => tron.readLatest([wbtc]))).toBe('SOURCE_TIMEOUT');
  });

  it('is left alone once the caller gives up', async () => {
    const signal = AbortSignal.abort();
    expect(await rejectionCode(() => tron.readLatest([wbtc], { signal }))).toBe('SOURCE_TIMEOUT');
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['OTHER_ERROR', 'class org.tron.core.vm.program.Program$OutOfTimeException : CPU timeout'],
    ['CONTRACT_VALIDATE_ERROR', 'this node does not support constant'],
  ])('whose node cannot call (%s) is at fault, not the token', async (code, message) => {
    answer('triggerconstantcontract', () => ({ value: { result: { code, message } } }));
    expect(await rejection(() => tron.readLatest([wbtc]))).toMatchObject({
      code: 'SOURCE_RPC_ERROR',
      facts: { method: 'triggerconstantcontract', rpcCode: code },
    });
  });

  it('does not get words of its own into an error', async () => {
    answer('triggerconstantcontract', () => ({ value: { result: { code: 'welcome' } } }));
    expect((await rejection(() => tron.readLatest([wbtc]))).message).toBe(
      'https://tron.example answered triggerconstantcontract with an error of its own',
    );
  });

  const block = tronBlock(66_987_627);
  const header = (more: object) => ({
    ...block,
    block_header: { raw_data: { ...block.block_header.raw_data, ...more } },
  });
  it.each([
    ['getnowblock', 'no object', 5],
    ['getnowblock', 'an id that is no hash', { ...block, blockID: '0x00' }],
    ['getnowblock', 'the id of another number', { ...block, blockID: tronBlockId(5) }],
    ['getnowblock', 'a number as text', header({ number: '66987627' })],
    ['getnowblock', 'a negative time', header({ timestamp: -1 })],
    ['getnowblock', 'a time beyond the year 9999', header({ timestamp: 253_402_300_800_000 })],
    ['getblockbynum', 'another block', block],
    ['triggerconstantcontract', 'a number', { result: { result: true }, constant_result: [5] }],
    ['triggerconstantcontract', 'no hex', { result: { result: true }, constant_result: ['0x05'] }],
    ['triggerconstantcontract', 'no bytes', { result: { result: true } }],
    [
      'triggerconstantcontract',
      'two results',
      { result: { result: true }, constant_result: ['', ''] },
    ],
  ])('that answers %s with %s is not believed', async (method, _, value) => {
    answer(method, () => ({ value }));
    expect(await rejectionCode(() => tron.readLatest([wbtc]))).toBe('SOURCE_RESPONSE_INVALID');
  });
});
