import { describe, expect, it } from 'vitest';
import { parseSolanaMint } from '../../../../src/supply/solana/solanaMint.ts';
import {
  encodeExtendedMint,
  encodeMint,
  encodeTokenAccount,
  interestContent,
  scaleContent,
} from '../../../support/solanaMints.ts';

const maxSupply = 2n ** 64n - 1n;
const key = new Uint8Array(32).fill(9);
const fields = { supply: 12_345_678_901n, decimals: 8 };
const extension = (type: number, content: Uint8Array = new Uint8Array(8)) => ({ type, content });
const extended = (...extensions: ReturnType<typeof extension>[]) =>
  parseSolanaMint(encodeExtendedMint(fields, extensions), 'token-2022');

describe('parseSolanaMint', () => {
  it('reads the mint of USDC as mainnet had it in slot 47836700', () => {
    // Account EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v of the Token program.
    const data = Buffer.from(
      'AQAAABzjWe1aAS4E+hQrnHUaHF6Hz9CgFhuchf/TG3jN/Nj2gCa3xLwWAAAGAQEAAAAqnl7btTwEZ5CY/3sSZRcUQ0/AjFYqmjuGEQXmctQicw==',
      'base64',
    );
    expect(parseSolanaMint(data, 'token')).toEqual({
      kind: 'mint',
      supply: 25_000_010_000_000n,
      decimals: 6,
    });
  });

  it.each([0n, 1n, 2n ** 53n + 1n, maxSupply])('reads a supply of %d exactly', (supply) => {
    for (const program of ['token', 'token-2022'] as const) {
      expect(parseSolanaMint(encodeMint({ supply, decimals: 255 }), program)).toEqual({
        kind: 'mint',
        supply,
        decimals: 255,
      });
    }
  });

  it('reads a mint with and without authorities', () => {
    const data = encodeMint({ ...fields, mintAuthority: key, freezeAuthority: key });
    expect(parseSolanaMint(data, 'token')).toEqual({ kind: 'mint', ...fields });
  });

  it('reads a view into a larger buffer', () => {
    const larger = new Uint8Array(100);
    larger.set(encodeMint(fields), 11);
    expect(parseSolanaMint(larger.subarray(11, 93), 'token')).toEqual({ kind: 'mint', ...fields });
  });

  it.each([
    ['a token account', encodeTokenAccount(key, 5n), 'is a token account, not a mint'],
    ['a multisignature', new Uint8Array(355), 'is a multisignature account, not a mint'],
    ['nothing', new Uint8Array(), 'is an account of 0 bytes, which is no mint'],
    ['81 bytes', encodeMint(fields).subarray(1), 'is an account of 81 bytes, which is no mint'],
    [
      'a mint never initialised',
      encodeMint({ ...fields, initialised: false }),
      'is a mint that was never initialised',
    ],
  ])('refuses %s, whatever the program', (_, data, what) => {
    expect(parseSolanaMint(data, 'token')).toEqual({ kind: 'other', what });
    expect(parseSolanaMint(data, 'token-2022')).toEqual({ kind: 'other', what });
  });

  it.each([0, 45, 46])('refuses a flag at byte %d that is neither 0 nor 1', (at) => {
    const data = encodeMint(fields);
    data[at] = 2;
    expect(parseSolanaMint(data, 'token')).toEqual({ kind: 'other', what: 'is no mint' });
  });

  it('knows extensions of Token-2022 only', () => {
    const data = encodeExtendedMint(fields, [extension(18)]);
    expect(parseSolanaMint(data, 'token')).toEqual({
      kind: 'other',
      what: 'is an account of 178 bytes, which is no mint',
    });
  });

  it('refuses an extended account of another kind, or with something where zeros are due', () => {
    const account = encodeExtendedMint(fields, []);
    account[165] = 2;
    expect(parseSolanaMint(account, 'token-2022')).toMatchObject({
      what: 'is a token account, not a mint',
    });
    account[165] = 0;
    expect(parseSolanaMint(account, 'token-2022')).toMatchObject({ what: 'is no mint' });
    const padded = encodeExtendedMint(fields, []);
    padded[164] = 1;
    expect(parseSolanaMint(padded, 'token-2022')).toMatchObject({ what: 'is no mint' });
  });
});

describe('the extensions of a mint', () => {
  it('leave the supply what it is, if they are of the harmless kinds', () => {
    expect(extended()).toEqual({ kind: 'mint', ...fields });
    const harmless = [1, 3, 4, 6, 9, 12, 14, 16, 18, 19, 20, 21, 22, 23, 26, 28];
    expect(extended(...harmless.map((type) => extension(type)))).toEqual({
      kind: 'mint',
      ...fields,
    });
  });

  it('hide the supply where tokens are minted in secret, wherever that stands', () => {
    expect(extended(extension(18), extension(24, new Uint8Array(196)))).toEqual({
      kind: 'opaque',
      what: 'is minted and burnt in secret, so that its supply does not show',
    });
  });

  it('change what holders see only if interest or scale are other than none', () => {
    expect(extended(extension(10, interestContent(0, 0)))).toMatchObject({ kind: 'mint' });
    expect(extended(extension(25, scaleContent(1, 1)))).toMatchObject({ kind: 'mint' });
    for (const [average, rate] of [
      [0, 1],
      [-1, 0],
    ] as const) {
      expect(extended(extension(10, interestContent(average, rate)))).toMatchObject({
        kind: 'opaque',
      });
    }
    for (const [now, next] of [
      [1, 2],
      [0.5, 1],
      [Number.NaN, 1],
    ] as const) {
      expect(extended(extension(25, scaleContent(now, next)))).toMatchObject({ kind: 'opaque' });
    }
  });

  it('are not guessed at', () => {
    expect(extended(extension(999))).toEqual({
      kind: 'opaque',
      what: 'has an extension that assay does not know (type 999)',
    });
    // 7: `ImmutableOwner`, which only accounts have.
    expect(extended(extension(7))).toMatchObject({ kind: 'opaque' });
  });

  it('end at type 0, or where no other type fits', () => {
    const data = encodeExtendedMint(fields, [extension(18)]);
    const end = (more: number[]) =>
      parseSolanaMint(Uint8Array.from([...data, ...more]), 'token-2022');
    expect(end([0, 0, 24, 0, 1])).toMatchObject({ kind: 'mint' });
    expect(end([24])).toMatchObject({ kind: 'mint' });
  });

  it.each([
    ['a header that is cut', [18, 0, 1]],
    ['a content that is cut', [18, 0, 2, 0, 1]],
    ['interest of another size', [10, 0, 1, 0, 1]],
    ['scale of another size', [25, 0, 1, 0, 1]],
  ])('are refused with %s', (_, more) => {
    const data = Uint8Array.from([...encodeExtendedMint(fields, [extension(18)]), ...more]);
    expect(parseSolanaMint(data, 'token-2022')).toEqual({
      kind: 'other',
      what: 'is a mint with broken extensions',
    });
  });
});
