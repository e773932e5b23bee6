import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Address, encodeFunctionData, keccak256, parseAbi } from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  deployContract,
  deployToken,
  type Token,
  wrappedTokenAbi,
} from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import { TokenId } from '../../src/core/caip.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import { multicall3Address } from '../../src/supply/evm/multicall3.ts';
import type { HoldingToRead } from '../../src/supply/holdingReader.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import type { SupplySource, TokenToRead } from '../../src/supply/supplySource.ts';
import { deployMulticall3, multicall3Deployment } from '../support/multicall3.ts';

const genesis = 1_700_000_000;
const chainId = 31_337;
const stranger = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

let anvil: Anvil;
let proxy: Awaited<ReturnType<typeof startRecorder>>;
let source: SupplySource;
let token: Token;
let small: Token;
let contracts: Readonly<Record<string, Address>>;
let now = genesis;
/** The last block without Multicall3, in which all other contracts are. */
let before: ChainPoint;
/** The block that deploys it. */
let after: ChainPoint;

function next(): number {
  now += 12;
  return now;
}

beforeAll(async () => {
  anvil = await startAnvil({ chainId, genesisTime: genesis });
  proxy = await startRecorder(anvil.url);
  source = connect();
  token = await deployToken(anvil, { name: 'A', symbol: 'dBTC', decimals: 8, at: next() });
  small = await deployToken(anvil, { name: 'B', symbol: 'sBTC', decimals: 18, at: next() });
  await token.mint({ amount: 123_456_789n, at: next() });
  await small.mint({ amount: 10n ** 18n + 1n, at: next() });
  const deploy = (contract: string) => deployContract(anvil, { contract, at: next() });
  const [rebasing, meddling] = [
    parseAbi(['constructor(uint256 shares, uint256 index)']),
    parseAbi(['constructor(address other)']),
  ];
  contracts = {
    reverting: await deploy('RevertingToken'),
    malformed: await deploy('MalformedToken'),
    none: await deploy('NotAToken'),
    wasteful: await deploy('WastefulToken'),
    rebasing: await deployContract(anvil, {
      contract: 'RebasingToken',
      at: next(),
      abi: rebasing,
      args: [1_000n, 3n * 10n ** 17n],
    }),
    meddling: await deployContract(anvil, {
      contract: 'MeddlingToken',
      at: next(),
      abi: meddling,
      args: [token.address],
    }),
  };
  await token.mint({ amount: 1_000n, at: next(), to: contracts.meddling ?? stranger });
  await token.mint({ amount: 77n, at: next(), to: stranger });
  before = await latest();
  await deployMulticall3(anvil, next());
  after = await latest();
});
afterAll(async () => {
  await source?.close();
  await proxy?.close();
  await anvil?.stop();
});
beforeEach(async () => {
  // A source remembers where there is no Multicall3.
  await source.close();
  source = connect();
  // With the first question by each method comes another, about a block that does not exist.
  await source.readSupplies({ point: after, tokens: [toRead(token.address, 'dBTC')] });
  proxy.requests.length = 0;
});

function connect(): SupplySource {
  return createEvmSource({
    ...parseRpcOption(`eip155:${chainId}=${proxy.url}`),
    timeoutMs: 20_000,
  });
}

async function latest(): Promise<ChainPoint> {
  return source.readPoint(Number((await anvil.readLatest()).number));
}

const idOf = (address: string | undefined) => TokenId(`eip155:${chainId}/erc20:${address}`);

function toRead(address: string | undefined, symbol: string, decimals = 8): TokenToRead {
  return { token: idOf(address), decimals, symbol };
}

/** Every kind of token, right and wrong, by what is odd about it. */
function allTokens(): Readonly<Record<string, TokenToRead>> {
  return {
    sound: toRead(token.address, 'dBTC'),
    'of 18 decimals': toRead(small.address, 'sBTC', 18),
    'of other decimals': toRead(token.address, 'dBTC', 18),
    'of another symbol': toRead(token.address, 'WBTC'),
    reverting: toRead(contracts.reverting, 'rTKN'),
    malformed: toRead(contracts.malformed, 'mTKN'),
    'no token': toRead(contracts.none, 'NONE'),
    'an account': toRead(stranger, 'NONE'),
    'a precompile': toRead('0x0000000000000000000000000000000000000002', 'NONE'),
    rebasing: toRead(contracts.rebasing, 'rTKN'),
    wasteful: toRead(contracts.wasteful, 'wTKN'),
    meddling: toRead(contracts.meddling, 'mTKN'),
  };
}

async function readSupplies(point: ChainPoint, tokens: readonly TokenToRead[]) {
  const { tokens: readings } = await source.readSupplies({ point, tokens });
  return readings.map((one) =>
    'error' in one ? [one.error.code, one.error.message, one.error.facts] : one.amount,
  );
}

/** Each by a reading of its own: too few calls for Multicall3. */
async function readAlone(point: ChainPoint, tokens: readonly TokenToRead[]) {
  const readings = [];
  for (const one of tokens) readings.push(...(await readSupplies(point, [one])));
  return readings;
}

const methodsOf = (request: number) => proxy.requests[request]?.map(({ method }) => method);
const aggregates = () =>
  proxy.requests
    .flat()
    .filter(({ method, params }) => method === 'eth_call' && isAggregate(params[0])).length;

describe('supplies on anvil, with Multicall3 and without', () => {
  it('has the code of public chains once it is deployed as it was there', async () => {
    const code = await anvil.client.getCode({ address: multicall3Address });
    expect(keccak256(code ?? '0x')).toBe(multicall3Deployment.runtimeHash);
  });

  it('are read by two calls of Multicall3 in one request', async () => {
    const tokens = Object.values(allTokens()).slice(0, 2);
    expect(await readSupplies(after, tokens)).toEqual([123_457_866n, 10n ** 18n + 1n]);
    expect(proxy.requests.map((calls) => calls.length)).toEqual([6, 1]);
    expect(methodsOf(0)).toEqual([
      'eth_getBlockByNumber',
      'eth_getCode',
      'eth_call',
      'eth_call',
      'eth_getCode',
      'eth_getCode',
    ]);
    expect(aggregates()).toBe(2);
  });

  it('are read alone below the block that deploys it, in one request more at first', async () => {
    const tokens = Object.values(allTokens()).slice(0, 2);
    expect(await readSupplies(before, tokens)).toEqual([123_457_866n, 10n ** 18n + 1n]);
    expect(proxy.requests.map((calls) => calls.length)).toEqual([6, 7, 1]);
    proxy.requests.length = 0;
    expect(await readSupplies(before, tokens)).toEqual([123_457_866n, 10n ** 18n + 1n]);
    expect(proxy.requests.map((calls) => calls.length)).toEqual([9, 1]);
  });

  it('are the same for every kind of token, error for error', async () => {
    const tokens = Object.values(allTokens());
    const alone = await readAlone(after, tokens);
    expect(alone.map((one) => (Array.isArray(one) ? one[0] : one))).toEqual([
      123_457_866n,
      10n ** 18n + 1n,
      'TOKEN_DECIMALS_MISMATCH',
      'TOKEN_SYMBOL_MISMATCH',
      'TOKEN_REVERTED',
      'TOKEN_REVERTED',
      'TOKEN_REVERTED',
      'TOKEN_NO_CODE',
      'TOKEN_NO_CODE',
      300n,
      9n,
      5n,
    ]);
    expect(await readSupplies(after, tokens)).toEqual(alone);
    expect(await readSupplies(after, tokens.toReversed())).toEqual(alone.toReversed());
    expect(aggregates()).toBe(4);
  });

  it('are the same for every two of them', async () => {
    const tokens = Object.values(allTokens());
    const alone = await readAlone(after, tokens);
    for (const [index, one] of tokens.entries()) {
      for (const [other, two] of tokens.entries()) {
        const pair = await readSupplies(after, [one, two]);
        expect(pair).toEqual([alone[index], alone[other]]);
      }
    }
    expect(aggregates()).toBe(2 * tokens.length ** 2);
  });

  it('are those of the block, also of one that burns tokens when it is asked', async () => {
    const { sound, meddling } = allTokens();
    if (!sound || !meddling) throw new Error('no tokens');
    // What Multicall3 says by itself: the supply without what was burnt in front of it.
    const call = (to: Address) => ({
      target: to,
      allowFailure: true,
      callData: encodeFunctionData({ abi: wrappedTokenAbi, functionName: 'totalSupply' }),
    });
    const { data } = await anvil.client.call({
      to: multicall3Address,
      data: encodeFunctionData({
        abi: parseAbi([
          'struct Call { address target; bool allowFailure; bytes callData; }',
          'function aggregate3(Call[] calls)',
        ]),
        functionName: 'aggregate3',
        args: [[call(contracts.meddling ?? stranger), call(token.address)]],
      }),
    });
    expect(data).toContain((123_457_866n - 1_000n).toString(16).padStart(64, '0'));
    for (const order of [
      [meddling, sound],
      [sound, meddling],
    ]) {
      const amounts = await readSupplies(after, order);
      expect(amounts).toEqual(order.map((one) => (one === sound ? 123_457_866n : 5n)));
    }
  });
});

describe('holdings on anvil, with Multicall3 and without', () => {
  const read = async (point: ChainPoint, holdings: readonly HoldingToRead[]) =>
    (await source.holdings?.readHoldings(holdings, point))?.map((one) =>
      'error' in one ? [one.error.code, one.error.message] : one.amount,
    );

  it('are the same, whatever the token', async () => {
    const holders = [token.owner, stranger, token.address];
    const holdings = Object.values(allTokens()).flatMap((one) =>
      holders.map((holder) => ({ token: one.token, holder })),
    );
    const aloneAt = async (point: ChainPoint) => {
      const amounts = [];
      for (const one of holdings) amounts.push(...((await read(point, [one])) ?? []));
      return amounts;
    };
    const alone = await aloneAt(after);
    expect(alone.slice(0, 6)).toEqual([123_456_789n, 77n, 0n, 10n ** 18n + 1n, 0n, 0n]);
    expect(aggregates()).toBe(0);
    expect(await read(after, holdings)).toEqual(alone);
    expect(aggregates()).toBe(2);
    expect(await read(before, holdings)).toEqual(await aloneAt(before));
  });

  it('of one token are read in one request', async () => {
    const holdings = [token.owner, stranger, token.address, small.address, ...anvil.accounts].map(
      (holder) => ({ token: idOf(token.address), holder }),
    );
    await read(after, holdings);
    expect(proxy.requests.map((calls) => calls.length)).toEqual([5, 1]);
  });
});

const Call = z.looseObject({ method: z.string(), params: z.array(z.unknown()) });

function isAggregate(call: unknown): boolean {
  return z.object({ to: z.literal(multicall3Address) }).safeParse(call).success;
}

/** Passes requests on to the node, and keeps what was asked. */
async function startRecorder(target: string) {
  const requests: z.infer<typeof Call>[][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const asked: unknown = JSON.parse(body);
    requests.push(z.array(Call).parse(Array.isArray(asked) ? asked : [asked]));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(target, { method: 'POST', headers, body });
    response.writeHead(answer.status, headers).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
