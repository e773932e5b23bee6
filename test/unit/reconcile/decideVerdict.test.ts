import { describe, expect, it } from 'vitest';
import { decideVerdict, type VerdictInput } from '../../../src/reconcile/decideVerdict.ts';

const sound: VerdictInput = {
  reserves: 100n,
  supply: 100n,
  supplyAtMost: null,
  complete: { reserves: true, supply: true },
  skewSeconds: 10,
  maxSkewSeconds: 60,
  ageSeconds: 3000,
  maxAgeSeconds: 3600,
  faulty: false,
};

describe('decideVerdict', () => {
  it.each<[string, Partial<VerdictInput>, string]>([
    ['as many coins as tokens', {}, 'backed'],
    ['no tokens and no coins', { reserves: 0n, supply: 0n }, 'backed'],
    ['one unit short', { reserves: 99n }, 'under-backed'],
    ['unknown reserves', { reserves: null }, 'indeterminate'],
    ['an unknown supply', { supply: null }, 'indeterminate'],
    ['a fault', { faulty: true }, 'indeterminate'],
    ['an unknown skew', { skewSeconds: null }, 'indeterminate'],
    ['a skew at the limit', { skewSeconds: 60 }, 'backed'],
    ['a skew over the limit', { skewSeconds: 61 }, 'indeterminate'],
    ['a negative skew over the limit', { skewSeconds: -61 }, 'indeterminate'],
    ['an age at the limit', { ageSeconds: 3600 }, 'backed'],
    ['an age over the limit', { ageSeconds: 3601 }, 'indeterminate'],
    ['a shortfall of old', { ageSeconds: 3601, reserves: 1n }, 'indeterminate'],
    ['an unknown age', { ageSeconds: null }, 'indeterminate'],
    ['a past that was asked for', { ageSeconds: 1e9, maxAgeSeconds: null }, 'backed'],
    ['a shortfall over the limit of skew', { reserves: 1n, skewSeconds: 61 }, 'indeterminate'],
  ])('answers %s', (_, change, verdict) => {
    expect(decideVerdict({ ...sound, ...change })).toBe(verdict);
  });

  it('takes a lower bound of the reserves that reaches the supply for backed', () => {
    const bound = { ...sound, complete: { reserves: false, supply: true } };
    expect(decideVerdict(bound)).toBe('backed');
    expect(decideVerdict({ ...bound, reserves: 99n })).toBe('indeterminate');
  });

  it('takes reserves that reach an upper bound of the supply for backed, and concludes nothing else', () => {
    const bound = {
      ...sound,
      supply: null,
      supplyAtMost: 100n,
      complete: { reserves: true, supply: false },
    };
    expect(decideVerdict(bound)).toBe('backed');
    expect(decideVerdict({ ...bound, complete: { reserves: false, supply: false } })).toBe(
      'backed',
    );
    expect(decideVerdict({ ...bound, reserves: 99n })).toBe('indeterminate');
    expect(decideVerdict({ ...bound, reserves: 0n })).toBe('indeterminate');
    expect(decideVerdict({ ...bound, faulty: true })).toBe('indeterminate');
    expect(decideVerdict({ ...bound, skewSeconds: 61 })).toBe('indeterminate');
    expect(decideVerdict({ ...bound, supplyAtMost: null })).toBe('indeterminate');
  });

  it('concludes nothing from a supply that is not complete', () => {
    const bound = { ...sound, complete: { reserves: true, supply: false } };
    expect(decideVerdict({ ...bound, reserves: 1_000n })).toBe('indeterminate');
    expect(decideVerdict({ ...bound, reserves: 1n })).toBe('indeterminate');
  });
});
