import { describe, expect, it } from 'vitest';
import { TokenId } from '../../../src/core/caip.ts';
import { sumLiability } from '../../../src/reconcile/sumLiability.ts';

const a = TokenId('eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599');
const b = TokenId('eip155:10/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095');
const supplies = [
  { token: a, amount: 100n, decimals: 18 },
  { token: b, amount: 100n, decimals: 18 },
];
const locked = { token: a, holder: 'lockbox', amount: 100n, countedAs: [b] };

describe('what is taken off for a lockbox', () => {
  it('is no more than is counted of the copy once that has its own exclusions', () => {
    const treasury = { token: b, holder: 'treasury', amount: 40n };
    const { amount } = sumLiability({ supplies, exclusions: [locked, treasury], rates: [] });
    expect(amount).toBe(100n);
  });

  it('owes nothing twice where the copies are locked for copies in their turn', () => {
    const c = TokenId('eip155:8453/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c');
    const three = [...supplies, { token: c, amount: 40n, decimals: 18 }];
    const next = { token: b, holder: 'next', amount: 40n, countedAs: [c] };
    // 100 are owed: all of b is locked of a, and all of c of b.
    expect(sumLiability({ supplies: three, exclusions: [locked, next], rates: [] })).toMatchObject({
      amount: null,
      atLeast: 100n,
      atMost: 140n,
    });
    const few = { ...locked, amount: 60n };
    const { amount } = sumLiability({ supplies: three, exclusions: [few, next], rates: [] });
    expect(amount).toBe(140n);
  });

  it('is not known where the copy stands for another worth', () => {
    const rates = [{ token: a, rate: 15n, decimals: 1 }];
    const { amount, atMost } = sumLiability({ supplies, exclusions: [locked], rates });
    expect(amount).toBeNull();
    expect(atMost).toBe(250n);
  });

  it('is not known where two lockboxes count each other, or one itself', () => {
    const back = { token: b, holder: 'other', amount: 100n, countedAs: [a] };
    const circle = sumLiability({ supplies, exclusions: [locked, back], rates: [] });
    expect(circle.amount === null || circle.amount >= 100n).toBe(true);
    const itself = { ...locked, countedAs: [a] };
    expect(sumLiability({ supplies, exclusions: [itself], rates: [] }).amount).toBeNull();
  });
});
