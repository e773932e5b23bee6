import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { HoldingToRead } from '../../../../src/supply/holdingReader.ts';
import type { LatestSupplySource } from '../../../../src/supply/latestSupplySource.ts';
import { createTronSource } from '../../../../src/supply/tron/tronSource.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';
import {
  returnedUint,
  type StandInReturn,
  startTronServer,
  type TronReply,
  type TronServer,
  tronBlock,
  tronBlockId,
} from '../../../support/tronServer.ts';

const chain = ChainId('tron:0x2b6653dc');
// WBTC on Tron, as the registry has it, and USDT's contract as somebody who may hold it.
const wbtc = 'TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi';
const holder = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t';
// Its bytes in hex, as Tron's tools show them behind 41, in one ABI word.
const word = `${'0'.repeat(24)}a614f803b6fd780986a42c78ec9c7f77e6ded13c`;
const token = TokenId(`${chain}/trc20:${wbtc}`);
const held: HoldingToRead = { token, holder };
const source = { id: 'https://tron.example', operator: 'example', kind: 'tron' };

let server: TronServer;
let tron: LatestSupplySource;

beforeEach(async () => {
  server = await startTronServer();
  balance(returnedUint(42n));
  const wait = async () => {};
  tron = createTronSource({ url: server.url, source, chain, timeoutMs: 5_000, wait });
});
afterEach(async () => {
  await tron.close();
  await server[Symbol.asyncDispose]();
});

function balance(said: StandInReturn): void {
  server.returns.set(`${wbtc}/balanceOf(address)${word}`, said);
}

function pointAt(height: number) {
  return { chain, height, hash: tronBlockId(height), time: 1_600_000_000 + height * 3 };
}

/** Answers one method in another way. */
function answer(method: string, reply: (times: number) => TronReply | undefined): void {
  server.override = (name, times) => (name === method ? reply(times) : undefined);
}

async function read(...holdings: readonly HoldingToRead[]) {
  if (!tron.holdings) throw new Error('it cannot tell who holds how much');
  return tron.holdings.readLatestHoldings(holdings);
}

async function readOne(holding = held) {
  const [reading] = (await read(holding)).holdings;
  return reading;
}

const calls = () => server.requests.filter(({ path }) => path.includes('triggerconstantcontract'));

describe('what a holder has on Tron', () => {
  it('is what balanceOf says on solid blocks, between the ones before and after', async () => {
    answer('getnowblock', (times) => {
      if (times === 2) server.solid += 2;
      return undefined;
    });
    expect(await read(held, held)).toEqual({
      from: pointAt(66_987_627),
      to: pointAt(66_987_629),
      holdings: [
        { ...held, amount: 42n },
        { ...held, amount: 42n },
      ],
    });
    expect(calls()[0]?.body).toEqual({
      owner_address: 'T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb',
      contract_address: wbtc,
      function_selector: 'balanceOf(address)',
      parameter: word,
      visible: true,
    });
  });

  it.each([0n, 2n ** 53n + 1n, 2n ** 256n - 1n])('is exact at %d', async (amount) => {
    balance(returnedUint(amount));
    expect(await readOne()).toEqual({ ...held, amount });
  });

  it('is not known where the contract reverts, has no such function, or says too much', async () => {
    for (const said of [{ reverts: '08c379a0' }, '', `${returnedUint(1n)}00`]) {
      balance(said);
      expect(await readOne()).toMatchObject({ ...held, error: { code: 'TOKEN_REVERTED' } });
    }
  });

  it('is not known where there is no contract, and never 0', async () => {
    server.returns.clear();
    expect(await readOne()).toMatchObject({ error: { code: 'TOKEN_NO_CODE' } });
  });

  it.each([
    ['of another chain', { token: TokenId('tron:0xcd8690dc/trc20:TY'), holder }],
    ['of another standard', { token: TokenId(`${chain}/trc10:1002000`), holder }],
    ['of a token in hex', { token: TokenId(`${chain}/trc20:41${word.slice(24)}`), holder }],
    ['by an address in hex', { token, holder: `41${word.slice(24)}` }],
    ['by an address with a wrong checksum', { token, holder: `${holder.slice(0, -1)}u` }],
    ['by an address of Bitcoin', { token, holder: '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa' }],
  ])('is not asked for %s', async (_, holding) => {
    const [wrong, right] = (await read(holding, held)).holdings;
    expect(wrong).toMatchObject({ ...holding, error: { code: 'INTERNAL_ERROR' } });
    expect(right).toEqual({ ...held, amount: 42n });
    expect(calls()).toHaveLength(1);
  });

  it('is not known of TRX itself', async () => {
    expect(await readOne({ token: TokenId(`${chain}/slip44:195`), holder })).toMatchObject({
      error: { code: 'SUPPLY_CHAIN_UNSUPPORTED' },
    });
  });
});

describe('a Tron server that is asked for holdings', () => {
  it('of another network is refused', async () => {
    server.genesisId = `${'0'.repeat(56)}cd8690dc`;
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_WRONG_CHAIN');
  });

  it('that goes back is caught, and one that changes its block', async () => {
    answer('getnowblock', (times) => {
      if (times === 2) server.solid -= 1;
      return undefined;
    });
    expect(await rejection(() => read(held))).toMatchObject({
      code: 'SOURCE_TIP_WENT_BACK',
      facts: { seenHeight: 66_987_627, height: 66_987_626 },
    });
    answer('getnowblock', (times) =>
      times % 2 === 0 ? { value: tronBlock(server.solid, 'fork') } : undefined,
    );
    expect(await rejectionCode(() => read(held))).toBe('SUPPLY_REORGANISED');
  });

  it.each([
    ['SOURCE_RPC_ERROR', { value: { Error: 'class java.lang.NullPointerException : null' } }],
    ['SOURCE_RESPONSE_INVALID', { value: { result: { result: true }, constant_result: [] } }],
    ['SOURCE_RESPONSE_INVALID', { value: { result: { result: true }, constant_result: ['0x2a'] } }],
    ['SOURCE_RESPONSE_INVALID', { reply: { body: '<html>' } }],
    ['SOURCE_RATE_LIMITED', { reply: { status: 429, body: '' } }],
  ] satisfies [string, TronReply][])('gives %s for %j', async (code, reply) => {
    answer('triggerconstantcontract', () => reply);
    expect(await rejectionCode(() => read(held))).toBe(code);
  });
});
