import { describe, expect, it } from 'vitest';
import { observeLatest } from '../../../src/audit/observeLatest.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId, TokenId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';

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
): LatestSupplySource & { readonly calls: () => number } {
  let calls = 0;
  const source = { id: `https://${operator}`, operator, kind: 'sui' };
  return {
    reach: 'latest',
    source,
    chain,
    calls: () => calls,
    readLatest: async () => {
      const amount = amounts[Math.min(calls++, amounts.length - 1)];
      if (amount === 'SOURCE_TIMEOUT') throw new AssayError(amount);
      const reading =
        typeof amount === 'bigint'
          ? { token, amount }
          : { token, error: new AssayError('TOKEN_NO_CODE') };
      return { source, from: at(span[0]), to: at(span[1]), tokens: [reading] };
    },
    close: async () => {},
  };
}

const read = async (sources: readonly LatestSupplySource[], quorum: number) => {
  const [reading] = await observeLatest(sources, tokens, quorum, {});
  if (!reading) throw new Error('there is no reading');
  return reading;
};

describe('observeLatest', () => {
  it('marks a figure as around the blocks that the sources named', async () => {
    const reading = await read([answering('a', [7n], [4, 6]), answering('b', [7n], [5, 8])], 2);
    expect(reading).toMatchObject({ amount: 7n, point: at(4), around: { from: at(4), to: at(8) } });
  });

  it('names one block where there is only one', async () => {
    const reading = await read([answering('a', [7n])], 1);
    expect(reading).toMatchObject({ amount: 7n, point: at(5) });
    expect('around' in reading).toBe(false);
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
