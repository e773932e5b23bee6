import { describe, expect, it } from 'vitest';
import { combineExitCodes, exitCodeOfVerdict } from '../../../src/cli/exitCode.ts';
import { formatAmount } from '../../../src/cli/output/formatAmount.ts';
import { formatDuration } from '../../../src/cli/output/formatDuration.ts';
import { wrapText } from '../../../src/cli/output/wrapText.ts';

describe('formatAmount', () => {
  it.each([
    [123_456_789_012n, 8, '1,234.56789012'],
    [-1n, 8, '-0.00000001'],
    [0n, 18, '0.00000000'],
    [1n, 18, '0.000000000000000001'],
    [10n ** 18n, 18, '1.00000000'],
    [1_000_000n * 10n ** 18n + 10n ** 9n, 18, '1,000,000.000000001'],
    [15n, 1, '1.50000000'],
  ])('writes %d with %d decimals and rounds nothing', (amount, decimals, text) => {
    expect(formatAmount(amount, decimals)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3661, '1 h 1 min'],
    [3605, '1 h'],
    [-90_000, '1 d 1 h'],
  ])('writes %d seconds', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('wrapText', () => {
  it('breaks at spaces and leaves long words whole', () => {
    expect(wrapText('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
    expect(wrapText('abcdefgh ij', 5)).toEqual(['abcdefgh', 'ij']);
  });
});

describe('exit codes', () => {
  it('are 0 backed, 1 under-backed, 2 indeterminate', () => {
    expect((['backed', 'under-backed', 'indeterminate'] as const).map(exitCodeOfVerdict)).toEqual([
      0, 1, 2,
    ]);
  });

  it('of several assets are the first of 1, 2, 0 that occurs', () => {
    expect(combineExitCodes([0, 2, 1])).toBe(1);
    expect(combineExitCodes([0, 2])).toBe(2);
    expect(combineExitCodes([0, 0])).toBe(0);
  });
});
