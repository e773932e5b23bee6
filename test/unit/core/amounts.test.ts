import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFixed18, unknownAmount } from '../../../src/core/fixed18.ts';
import { formatRatio } from '../../../src/core/formatRatio.ts';
import { formatUnits } from '../../../src/core/formatUnits.ts';
import { parseBtc } from '../../../src/core/parseBtc.ts';
import { maxSats, Sats, sumSats } from '../../../src/core/sats.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('Sats', () => {
  it('takes 0 to 21 million BTC and nothing else', async () => {
    expect(Sats(0n)).toBe(0n);
    expect(Sats(maxSats)).toBe(2_100_000_000_000_000n);
    await expectCode(() => Sats(-1n), 'AMOUNT_OUT_OF_RANGE');
    await expectCode(() => Sats(maxSats + 1n), 'AMOUNT_OUT_OF_RANGE');
  });

  it('refuses a sum that cannot be', async () => {
    expect(sumSats([Sats(1n), Sats(2n)])).toBe(3n);
    await expectCode(() => sumSats([Sats(maxSats), Sats(1n)]), 'AMOUNT_OUT_OF_RANGE');
  });
});

describe('parseBtc', () => {
  it.each([
    ['0', 0n],
    ['0.00000000', 0n],
    ['0.00000001', 1n],
    ['1e-8', 1n],
    ['1.5E-7', 15n],
    ['50', 5_000_000_000n],
    ['20999999.97690000', 2_099_999_997_690_000n],
    ['0.1', 10_000_000n],
    ['0.290000000000', 29_000_000n],
    ['2.1e7', maxSats],
  ])('reads %s', (text, sats) => {
    expect(parseBtc(text)).toBe(sats);
  });

  it.each([
    '',
    '-1',
    '+1',
    '1,5',
    '0x10',
    'NaN',
    ' 1',
    '1 ',
    '1.',
    '.5',
    '0.000000001',
    '1e-9',
    '1e999',
  ])('refuses %j', async (text) => {
    await expectCode(() => parseBtc(text), 'AMOUNT_INVALID');
  });

  it('refuses more than 21 million BTC', async () => {
    await expectCode(() => parseBtc('21000000.00000001'), 'AMOUNT_OUT_OF_RANGE');
  });

  it('reads back what formatUnits writes, and what a JSON number of it says', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: maxSats }), (sats) => {
        const text = formatUnits(sats, 8);
        expect(parseBtc(text)).toBe(sats);
        expect(parseBtc(String(Number(text)))).toBe(sats);
      }),
    );
  });
});

describe('formatUnits', () => {
  it.each([
    [5n, 8, '0.00000005'],
    [-5n, 8, '-0.00000005'],
    [123_456_789n, 8, '1.23456789'],
    [7n, 0, '7'],
    [10n ** 18n, 18, '1.000000000000000000'],
  ])('writes %d with %d decimals', (amount, decimals, text) => {
    expect(formatUnits(amount, decimals)).toBe(text);
  });
});

describe('toFixed18', () => {
  it('scales exactly', () => {
    expect(toFixed18(1n, 8)).toBe(10_000_000_000n);
    expect(toFixed18(1n, 18)).toBe(1n);
    expect(toFixed18(3n, 0)).toBe(3n * 10n ** 18n);
  });

  it('refuses what would have to be rounded, or does not fit', async () => {
    await expectCode(() => toFixed18(1n, 19), 'AMOUNT_OUT_OF_RANGE');
    await expectCode(() => toFixed18(1n, 1.5), 'AMOUNT_OUT_OF_RANGE');
    await expectCode(() => toFixed18(-1n, 8), 'AMOUNT_OUT_OF_RANGE');
    await expectCode(() => toFixed18(unknownAmount, 18), 'AMOUNT_OUT_OF_RANGE');
  });
});

describe('formatRatio', () => {
  it.each([
    [99_999_999n, 100_000_000n, '0.99999999'],
    [999_999_999_999n, 1_000_000_000_000n, '0.99999999'],
    [1n, 1n, '1.00000000'],
    [0n, 1n, '0.00000000'],
    [2n, 3n, '0.66666666'],
    [10n ** 30n, 1n, `${10n ** 30n}.00000000`],
  ])('truncates %d ÷ %d', (numerator, denominator, ratio) => {
    expect(formatRatio(numerator, denominator)).toBe(ratio);
  });

  it('has no answer where nothing is divided by', () => {
    expect(formatRatio(1n, 0n)).toBeNull();
  });
});
