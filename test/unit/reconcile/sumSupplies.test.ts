import { describe, expect, it } from 'vitest';
import { unknownAmount } from '../../../src/core/fixed18.ts';
import { sumSupplies } from '../../../src/reconcile/sumSupplies.ts';

describe('sumSupplies', () => {
  it('adds different decimals without losing a digit', () => {
    const sum = sumSupplies([
      { amount: 1n, decimals: 0 },
      { amount: 1n, decimals: 8 },
      { amount: 1n, decimals: 18 },
    ]);
    expect(sum).toBe(1_000_000_010_000_000_001n);
  });

  it('is unknown, not zero, without any deployment', () => {
    expect(sumSupplies([])).toBeNull();
  });

  it('is unknown as soon as one amount is', () => {
    expect(
      sumSupplies([
        { amount: 5n, decimals: 8 },
        { amount: null, decimals: 8 },
      ]),
    ).toBeNull();
  });

  it('is unknown where the statement could not carry it', () => {
    expect(sumSupplies([{ amount: unknownAmount, decimals: 18 }])).toBeNull();
    expect(sumSupplies([{ amount: unknownAmount - 1n, decimals: 18 }])).toBe(unknownAmount - 1n);
    expect(sumSupplies([{ amount: 1n, decimals: 19 }])).toBeNull();
  });
});
