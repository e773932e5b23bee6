import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenId, tokenIdParts } from '../../../../src/core/caip.ts';
import { decodeReference } from '../../../../src/supply/evm/decodeReference.ts';

describe('decodeReference', () => {
  it('gives the name that stands percent-encoded', () => {
    expect(decodeReference('factory%2Fosmo1abc%2Fwbtc')).toBe('factory/osmo1abc/wbtc');
    expect(decodeReference('0x2%3A%3Amy%5Fcoin%3A%3AMY%5FCOIN')).toBe('0x2::my_coin::MY_COIN');
    expect(decodeReference('uosmo-1.x')).toBe('uosmo-1.x');
  });

  it.each(['factory%2fosmo', '%75osmo', 'a/b', 'a_b', '%', '%E0%A4', 'a b', '%FF'])(
    'refuses %s, so that no name has two spellings',
    (reference) => {
      expect(decodeReference(reference)).toBeUndefined();
    },
  );

  it('reads back whatever CAIP-19 can carry', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (name) => {
        const reference = [...new TextEncoder().encode(name)]
          .map((byte) => {
            const sign = String.fromCharCode(byte);
            if (/[-.a-zA-Z0-9]/.test(sign)) return sign;
            return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
          })
          .join('');
        expect(tokenIdParts(TokenId(`cosmos:x-1/denom:${reference}`)).reference).toBe(reference);
        expect(decodeReference(reference)).toBe(name);
      }),
    );
  });
});
