import { describe, expect, it } from 'vitest';
import { observeLatest } from '../../../src/audit/observeLatest.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId, TokenId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';
import type { TokenToRead } from '../../../src/supply/supplySource.ts';

const chain = ChainId('sui:mainnet');
const token = TokenId('sui:mainnet/coin:0x2%3A%3Aa%3A%3AA');
const tokens = [{ token, decimals: 8, symbol: 'A' }];

function at(height: number) {
  return { chain, height, hash: `${height}`.repeat(32).slice(0, 40), time: UnixTime(height * 10) };
}

/** A source that gives one amount after the other; a code is an error. */
function answering(
  operator: string,
  amounts: readonly (bigint | 'SOURCE_TIMEOUT' | 'TOKEN_NO_CODE')[],
  span: readonly [number, number] = [5, 5],
  times?: readonly [number, number],
): LatestSupplySource & { readonly calls: () => number } {
  let calls = 0;
  const source = { id: `https://${operator}`, operator, kind: 'sui' };
  return {
    reach: 'latest',
    source,
    chain,
    finality: 'finalized',
    calls: () => calls,
    readLatest: async () => {
      const amount = amounts[Math.min(calls++, amounts.length - 1)];
      if (amount === 'SOURCE_TIMEOUT') throw new AssayError(amount);
      const reading =
        typeof amount === 'bigint'
          ? { token, amount }
          : { token, error: new AssayError('TOKEN_NO_CODE') };
      const [from, to] = times ?? span.map((height) => at(height).time);
      return {
        source,
        from: { ...at(span[0]), time: UnixTime(from ?? 0) },
        to: { ...at(span[1]), time: UnixTime(to ?? 0) },
        tokens: [reading],
      };
    },
    close: async () => {},
  };
}

const read = async (sources: readonly LatestSupplySource[], quorum: number) => {
  const [reading] = await observeLatest(sources, { tokens, besides: [] }, quorum, {});
  if (!reading) throw new Error('there is no reading');
  return reading;
};

describe('observeLatest', () => {
  it('marks a figure as around the blocks that the sources named', async () => {
    const reading = await read([answering('a', [7n], [4, 6]), answering('b', [7n], [5, 8])], 2);
    expect(reading).toMatchObject({ amount: 7n, point: at(4), around: { from: at(4), to: at(8) } });
  });

  it('is around one block where there is only one, which tells that the chain was read as of now', async () => {
    const reading = await read([answering('a', [7n])], 1);
    expect(reading).toMatchObject({ amount: 7n, point: at(5), around: { from: at(5), to: at(5) } });
  });

  it('has one span for all tokens of a chain, whichever sources agree on each', async () => {
    const other = TokenId('sui:mainnet/coin:0x2%3A%3Ab%3A%3AB');
    const two = (operator: string, span: readonly [number, number], second: bigint | null) => {
      const source = answering(operator, [7n], span);
      const readLatest: LatestSupplySource['readLatest'] = async (...asked) => {
        const { tokens: read, ...rest } = await source.readLatest(...asked);
        const error = new AssayError('SOURCE_RATE_LIMITED');
        const reading =
          second === null ? { token: other, error } : { token: other, amount: second };
        return { ...rest, tokens: [...read, reading] };
      };
      return { ...source, readLatest };
    };
    const readings = await observeLatest(
      [two('a', [4, 6], null), two('b', [5, 8], 9n)],
      { tokens: [...tokens, { token: other, decimals: 8, symbol: 'B' }], besides: [] },
      1,
      {},
    );
    const around = { from: at(4), to: at(8) };
    expect(readings).toMatchObject([
      { amount: 7n, point: at(4), around },
      { amount: 9n, point: at(4), around },
    ]);
  });

  it('asks again where a supply may have changed between two sources', async () => {
    const late = answering('a', [7n, 9n]);
    const reading = await read([late, answering('b', [9n])], 2);
    expect(reading.amount).toBe(9n);
    expect(late.calls()).toBe(2);
  });

  it('takes no side where they go on to differ', async () => {
    const reading = await read([answering('a', [7n]), answering('b', [9n])], 2);
    expect(reading.amount).toMatchObject({ code: 'SUPPLY_SOURCES_DISAGREE' });
  });

  it.each(['SOURCE_TIMEOUT', 'TOKEN_NO_CODE'] as const)(
    'takes no figure for agreed since who contradicted it fell silent: %s',
    async (silence) => {
      const honest = answering('a', [7n, silence]);
      const liar = answering('x', [9n]);
      const reading = await read([honest, liar], 1);
      expect(reading).toMatchObject({
        point: at(5),
        amount: {
          code: 'SUPPLY_SOURCES_DISAGREE',
          message: `the sources give 2 different supplies of ${token}`,
        },
        outcomes: [{ value: { amount: 7n } }, { value: { amount: 9n } }],
      });
      expect(liar.calls()).toBe(3);
      // Nor does one more liar outvote it.
      expect(
        (await read([answering('a', [7n, silence]), liar, answering('y', [8n, 9n])], 2)).amount,
      ).toMatchObject({ code: 'SUPPLY_SOURCES_DISAGREE' });
    },
  );

  it('waits for the last attempt for those who differed to be heard again', async () => {
    const late = answering('a', [7n, 'SOURCE_TIMEOUT', 9n]);
    expect((await read([late, answering('b', [9n])], 1)).amount).toBe(9n);
    expect(late.calls()).toBe(3);
    // Another server of the same operator does not take back what it said.
    const second = answering('a', ['SOURCE_TIMEOUT', 9n]);
    const first = answering('a', [7n, 'SOURCE_TIMEOUT']);
    expect((await read([first, second, answering('b', [9n])], 1)).amount).toMatchObject({
      code: 'SUPPLY_SOURCES_DISAGREE',
    });
  });

  it('is of no moment where one of those who agree gives times that the others contradict', async () => {
    const honest = [answering('a', [7n], [500, 501]), answering('b', [7n], [501, 502])];
    const late = answering('x', [7n], [499, 503], [5_061, 5_030]);
    expect((await read([...honest, late], 2)).amount).toMatchObject({
      code: 'SUPPLY_SOURCES_DISAGREE',
      message: `the sources give blocks or times that contradict each other for the supply of ${token}`,
    });
    const estimated = answering('x', [7n], [499, 503], [5_060, 5_030]);
    expect(await read([...honest, estimated], 2)).toMatchObject({
      amount: 7n,
      around: { from: { height: 499 }, to: { height: 503 } },
    });
  });

  it('asks nobody for a moment who gives another figure', async () => {
    const honest = [answering('a', [7n], [500, 501]), answering('b', [7n], [501, 502])];
    const liar = answering('x', [9n], [1, 9_999], [5_000, 5_000]);
    expect(await read([...honest, liar], 2)).toMatchObject({
      amount: 7n,
      point: at(500),
      around: { from: at(500), to: at(502) },
    });
  });

  it('counts an error as silence, of a source and of a token', async () => {
    const silent = [answering('a', ['SOURCE_TIMEOUT']), answering('b', ['TOKEN_NO_CODE'])];
    expect((await read([...silent, answering('c', [7n])], 1)).amount).toBe(7n);
    expect((await read([...silent, answering('c', [7n])], 2)).amount).toMatchObject({
      code: 'SUPPLY_QUORUM_NOT_MET',
    });
    expect(await read(silent.slice(0, 1), 1)).toMatchObject({
      point: null,
      amount: { code: 'SOURCE_TIMEOUT' },
    });
  });
});

describe('what observeLatest reads besides', () => {
  const copy = { token: TokenId('sui:mainnet/coin:0x3%3A%3Ac%3A%3AC'), decimals: 8, symbol: 'C' };
  const together = { tokens, besides: [copy] };

  /** Gives the token 7, and its copy one amount after the other; without any it fails if asked for it. */
  function givingBoth(operator: string, copies: readonly bigint[]) {
    const asked: (readonly TokenId[])[] = [];
    const source: LatestSupplySource = {
      ...answering(operator, []),
      readLatest: async (some: readonly TokenToRead[]) => {
        asked.push(some.map((one) => one.token));
        const amount = copies[Math.min(asked.length, copies.length) - 1] ?? null;
        const readings = some.map((one) => {
          if (one.token === token) return { token, amount: 7n };
          if (amount === null) throw new AssayError('SOURCE_RESPONSE_INVALID');
          return { token: one.token, amount };
        });
        const { source } = answering(operator, []);
        return { source, from: at(5), to: at(5), tokens: readings };
      },
    };
    return { source, asked };
  }

  it('is asked for in the same request', async () => {
    const one = givingBoth('a', [3n]);
    const readings = await observeLatest([one.source], together, 1, {});
    expect(readings.map(({ amount }) => amount)).toEqual([7n, 3n]);
    expect(one.asked).toEqual([[token, copy.token]]);
  });

  it('is alone asked for again where it alone differs', async () => {
    const one = givingBoth('a', [2n, 3n]);
    const readings = await observeLatest(
      [one.source, givingBoth('b', [3n]).source],
      together,
      2,
      {},
    );
    expect(readings.map(({ amount }) => amount)).toEqual([7n, 3n]);
    expect(one.asked).toEqual([[token, copy.token], [copy.token]]);
  });

  it('takes nothing from the others where it makes a source fail', async () => {
    const one = givingBoth('a', []);
    const readings = await observeLatest([one.source], together, 1, {});
    expect(readings.map(({ amount }) => amount)).toEqual([
      7n,
      expect.objectContaining({ code: 'SOURCE_RESPONSE_INVALID' }),
    ]);
    expect(one.asked).toEqual([[token, copy.token], [token]]);
  });
});
