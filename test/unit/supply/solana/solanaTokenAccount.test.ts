import { describe, expect, it } from 'vitest';
import { decodeBase58, encodeBase58 } from '../../../../src/supply/base58.ts';
import type { TokenProgram } from '../../../../src/supply/solana/solanaMint.ts';
import { parseSolanaTokenAccount } from '../../../../src/supply/solana/solanaTokenAccount.ts';
import {
  encodeExtendedMint,
  encodeMint,
  encodeTokenAccount,
} from '../../../support/solanaMints.ts';

const mint = new Uint8Array(32).fill(1);
const owner = new Uint8Array(32).fill(2);
const keys = { mint: encodeBase58(mint), owner: encodeBase58(owner) };
const immutable = { type: 7, content: new Uint8Array() };
const withheld = { type: 2, content: new Uint8Array(8).fill(255) };
const confidential = { type: 5, content: new Uint8Array(295) };

/** An account in use, with some bytes changed. */
function changed(bytes: Readonly<Record<number, number>>): Uint8Array {
  const data = encodeTokenAccount(mint, 5n, { owner });
  for (const [at, byte] of Object.entries(bytes)) data[Number(at)] = byte;
  return data;
}

describe('parseSolanaTokenAccount', () => {
  it.each([0n, 2n ** 53n + 1n, 2n ** 64n - 1n])('reads %d of a token', (amount) => {
    const data = encodeTokenAccount(mint, amount, { owner });
    const holding = { kind: 'holding', ...keys, amount };
    expect(parseSolanaTokenAccount(data, 'token')).toEqual(holding);
    expect(parseSolanaTokenAccount(data, 'token-2022')).toEqual(holding);
  });

  it('reads keys as Solana writes them', () => {
    const usdc = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
    const holder = '9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX';
    const data = encodeTokenAccount(decodeBase58(usdc) ?? mint, 1n, {
      owner: decodeBase58(holder) ?? owner,
    });
    expect(parseSolanaTokenAccount(data, 'token')).toMatchObject({ mint: usdc, owner: holder });
  });

  it('counts what a frozen account holds', () => {
    const data = encodeTokenAccount(mint, 5n, { owner, state: 2 });
    expect(parseSolanaTokenAccount(data, 'token')).toMatchObject({ kind: 'holding', amount: 5n });
  });

  it('knows an account that was never used', () => {
    expect(parseSolanaTokenAccount(new Uint8Array(165), 'token')).toEqual({ kind: 'empty' });
  });

  it('leaves out a withheld fee, which is not part of the amount', () => {
    const data = encodeTokenAccount(mint, 5n, { owner, extensions: [immutable, withheld] });
    expect(parseSolanaTokenAccount(data, 'token-2022')).toEqual({
      kind: 'holding',
      ...keys,
      amount: 5n,
    });
  });

  it.each([
    ['can hold tokens in secret', [immutable, confidential]],
    ['has an extension that assay does not know (type 77)', [{ ...immutable, type: 77 }]],
    ['has an extension that assay does not know (type 1)', [{ ...withheld, type: 1 }]],
  ])('has no amount where it %s', (what, extensions) => {
    const data = encodeTokenAccount(mint, 5n, { owner, extensions });
    expect(parseSolanaTokenAccount(data, 'token-2022')).toEqual({ kind: 'opaque', ...keys, what });
  });

  it('has no amount where an extension ends beyond it', () => {
    const data = encodeTokenAccount(mint, 5n, { owner, extensions: [withheld] });
    for (const length of [data.length - 1, data.length - 9]) {
      expect(parseSolanaTokenAccount(data.subarray(0, length), 'token-2022')).toMatchObject({
        kind: 'opaque',
        what: 'is a token account with broken extensions',
      });
    }
  });

  it('stops at the padding behind the extensions', () => {
    const data = encodeTokenAccount(mint, 5n, { owner, extensions: [immutable] });
    const padded = Uint8Array.from([...data, ...new Uint8Array(17)]);
    expect(parseSolanaTokenAccount(padded, 'token-2022')).toMatchObject({ kind: 'holding' });
  });

  it.each([
    ['a mint', encodeMint({ supply: 5n, decimals: 8 }), 'token'],
    ['a mint with extensions', encodeExtendedMint({ supply: 5n, decimals: 8 }, []), 'token-2022'],
    ['a multisignature account', new Uint8Array(355).fill(2), 'token-2022'],
    ['nothing', new Uint8Array(), 'token'],
    [
      'extended, and of the program that has no extensions',
      encodeTokenAccount(mint, 5n, { extensions: [] }),
      'token',
    ],
    ['in a state that there is not', changed({ 108: 3 }), 'token'],
    ['wrong about its delegate', changed({ 72: 2 }), 'token'],
    ['wrong about its native reserve', changed({ 110: 1 }), 'token'],
    ['wrong about who may close it', changed({ 132: 1 }), 'token-2022'],
  ] satisfies [string, Uint8Array, TokenProgram][])(
    'finds none in what is %s',
    (_, data, program) => {
      expect(parseSolanaTokenAccount(data, program)).toEqual({ kind: 'other' });
    },
  );
});
