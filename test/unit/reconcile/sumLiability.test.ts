import { describe, expect, it } from 'vitest';
import { unknownAmount } from '../../../src/core/fixed18.ts';
import { type LiabilityInput, sumLiability } from '../../../src/reconcile/sumLiability.ts';
import { expectCode } from '../../support/expectCode.ts';
import { coin, graphTokens, whole } from '../../support/graphs.ts';

const { ethereum, solana } = graphTokens;
const supply = { token: ethereum, amount: 100n * coin, decimals: 8 };
const other = { token: solana, amount: 5n * coin, decimals: 8 };
const treasury = { token: ethereum, holder: '0x1', amount: 30n * coin };
const burnt = { token: ethereum, holder: '0x2', amount: 10n * coin };

function liabilityOf(changes: Partial<LiabilityInput>) {
  return sumLiability({ supplies: [supply], exclusions: [], rates: [], ...changes });
}

describe('sumLiability', () => {
  it('is the supplies less what is excluded', () => {
    const known = { amount: 65n * whole, atLeast: 65n * whole, atMost: 65n * whole };
    expect(liabilityOf({ supplies: [supply, other], exclusions: [treasury, burnt] })).toEqual({
      ...known,
      boundedBelow: 2,
      contradictory: [],
    });
  });

  it('multiplies only the tokens that have a rate, after what is excluded', () => {
    const rates = [{ token: ethereum, rate: 102n, decimals: 2 }];
    const { amount } = liabilityOf({ supplies: [supply, other], exclusions: [treasury], rates });
    expect(amount).toBe((7140n * whole) / 100n + 5n * whole);
  });

  it('rounds up, once for the whole sum', () => {
    const supplies = [
      { ...supply, decimals: 18, amount: 1n },
      { ...other, decimals: 18, amount: 1n },
    ];
    const rates = [
      { token: ethereum, rate: 14n, decimals: 1 },
      { token: solana, rate: 1_200_000_001n, decimals: 9 },
    ];
    expect(liabilityOf({ supplies, rates }).amount).toBe(3n);
    expect(liabilityOf({ supplies, rates: rates.slice(0, 1) }).amount).toBe(3n);
  });

  it('knows nothing without any deployment', () => {
    expect(liabilityOf({ supplies: [] })).toEqual({
      amount: null,
      atLeast: null,
      boundedBelow: 0,
      atMost: null,
      contradictory: [],
    });
  });
});

describe('sumLiability: what is not known', () => {
  it('has no upper bound where a supply is not known, and the others as the lower', () => {
    const supplies = [{ ...supply, amount: null }, other];
    expect(liabilityOf({ supplies })).toMatchObject({
      amount: null,
      atLeast: 5n * whole,
      atMost: null,
    });
    expect(liabilityOf({ supplies: supplies.slice(0, 1) }).atLeast).toBeNull();
  });

  it('has the supply as the upper bound where an excluded holding is not known', () => {
    const exclusions = [{ ...treasury, amount: null }];
    expect(liabilityOf({ exclusions })).toMatchObject({
      amount: null,
      atLeast: null,
      atMost: 100n * whole,
    });
    expect(liabilityOf({ exclusions: [...exclusions, burnt] }).atMost).toBe(90n * whole);
    expect(liabilityOf({ supplies: [supply, other], exclusions })).toMatchObject({
      amount: null,
      atLeast: 5n * whole,
      atMost: 105n * whole,
    });
  });

  it.each([
    ['was not read', { rate: null, decimals: 8 }],
    ['is zero', { rate: 0n, decimals: 8 }],
    ['is negative', { rate: -1n, decimals: 8 }],
    ['has no such decimals', { rate: 1n, decimals: -1 }],
  ])('bounds nothing by a rate that %s', (_, rate) => {
    const rates = [{ token: ethereum, ...rate }];
    expect(liabilityOf({ supplies: [supply, other], rates })).toMatchObject({
      amount: null,
      atLeast: 5n * whole,
      atMost: null,
    });
  });

  it('uses neither reading where more is excluded than there is', () => {
    const exclusions = [treasury, { ...burnt, amount: 70n * coin + 1n }];
    expect(liabilityOf({ supplies: [supply, other], exclusions })).toEqual({
      amount: null,
      atLeast: 5n * whole,
      boundedBelow: 1,
      atMost: null,
      contradictory: [ethereum],
    });
    const all = [treasury, { ...burnt, amount: 70n * coin }];
    expect(liabilityOf({ exclusions: all })).toMatchObject({ amount: 0n, contradictory: [] });
  });

  it('takes a negative amount for none', () => {
    expect(liabilityOf({ supplies: [{ ...supply, amount: -1n }] }).atMost).toBeNull();
    expect(liabilityOf({ exclusions: [{ ...treasury, amount: -1n }] })).toMatchObject({
      amount: null,
      atMost: 100n * whole,
    });
  });

  it('is unknown where the statement could not carry it', () => {
    const large = { ...supply, decimals: 18, amount: unknownAmount };
    expect(liabilityOf({ supplies: [large] }).amount).toBeNull();
    expect(liabilityOf({ supplies: [{ ...large, amount: unknownAmount - 1n }] }).amount).toBe(
      unknownAmount - 1n,
    );
    expect(liabilityOf({ supplies: [{ ...supply, amount: 1n, decimals: 19 }] }).atMost).toBeNull();
  });
});

describe('sumLiability: lockboxes', () => {
  const lockbox = { token: ethereum, holder: '0x3', amount: 8n * coin, countedAs: [solana] };

  it('takes off what is locked, and no more than is counted as its copies', () => {
    const supplies = [supply, { ...other, decimals: 9, amount: 8n * 10n * coin }];
    expect(liabilityOf({ supplies, exclusions: [lockbox] }).amount).toBe(100n * whole);
    expect(liabilityOf({ supplies: [supply, other], exclusions: [lockbox] }).amount).toBe(
      100n * whole,
    );
    const more = [supply, { ...other, amount: 9n * coin }];
    expect(liabilityOf({ supplies: more, exclusions: [lockbox] }).amount).toBe(101n * whole);
  });

  it('takes off between nothing and all where the copies are not known', () => {
    const supplies = [supply, { ...other, amount: null }];
    expect(liabilityOf({ supplies, exclusions: [lockbox] })).toMatchObject({
      amount: null,
      atLeast: 92n * whole,
      boundedBelow: 1,
      atMost: null,
    });
    expect(liabilityOf({ exclusions: [lockbox] })).toMatchObject({
      amount: null,
      atLeast: 92n * whole,
      boundedBelow: 1,
      atMost: 100n * whole,
    });
  });

  it('takes no copy for counted whose own readings contradict each other', () => {
    const exclusions = [lockbox, { token: solana, holder: 'x', amount: 6n * coin }];
    expect(liabilityOf({ supplies: [supply, other], exclusions })).toMatchObject({
      amount: null,
      atLeast: 92n * whole,
      atMost: null,
      contradictory: [solana],
    });
  });
});

describe('sumLiability: mistakes of the caller', () => {
  it.each([
    ['a supply twice', { supplies: [supply, supply] }, 'REGISTRY_DUPLICATE_DEPLOYMENT'],
    [
      'two rates for a token',
      { rates: [1n, 2n].map((rate) => ({ token: ethereum, rate, decimals: 0 })) },
      'REGISTRY_DUPLICATE_DEPLOYMENT',
    ],
    ['a holding twice', { exclusions: [treasury, treasury] }, 'REGISTRY_DUPLICATE_CONTRACT'],
    [
      'a copy that two lockboxes count',
      {
        exclusions: [treasury, burnt].map((one) => ({ ...one, countedAs: [solana] })),
      },
      'REGISTRY_DUPLICATE_DEPLOYMENT',
    ],
    [
      'a holding of another token',
      { exclusions: [{ ...treasury, token: solana }] },
      'REGISTRY_REFERENCE_UNKNOWN',
    ],
  ] as const)('refuses %s', async (_, changes, code) => {
    await expectCode(() => liabilityOf(changes), code);
  });
});
