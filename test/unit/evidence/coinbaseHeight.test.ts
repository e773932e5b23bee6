import { describe, expect, it } from 'vitest';
import { coinbaseHeight } from '../../../src/evidence/coinbaseHeight.ts';
import {
  makeCoinbase,
  makeTransaction,
  merkleBranch,
  sha256d,
} from '../../support/evidenceChain.ts';
import { change, linked, verify } from '../../support/evidenceChanges.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('the height that a coinbase begins with', () => {
  // As consensus writes a number: https://github.com/bitcoin/bips/blob/master/bip-0034.mediawiki
  it.each([
    ['5101', 1],
    ['60ff', 16],
    ['01110000', 17],
    ['017f0000', 127],
    ['02800000', 128],
    ['02ff7f00', 32_767],
    ['0300800000', 32_768],
    ['035b7a0300', 227_931],
    ['03b0e20d2f706f6f6c2f', 910_000],
    ['0400e1f50500', 100_000_000],
  ])('%s is %i', (script, height) => {
    expect(coinbaseHeight(makeCoinbase(script))).toBe(height);
  });

  it.each([
    ['nothing', '0000'],
    ['a text', '6162'],
    ['small, but not written as such', '010f0000'],
    ['padded', '02110000'],
    ['negative', '01910000'],
    ['longer than any', '050000000001'],
    ['cut short', '0390'],
    ['alone in a script of one byte', '51'],
    ['in a script that is too long', `03b0e20d${'00'.repeat(97)}`],
  ])('is refused where it is %s', (_, script) => {
    expect(() => coinbaseHeight(makeCoinbase(script))).toThrow(RangeError);
  });

  it('is none of what is no coinbase', () => {
    const output = [{ sats: 1n, script: '6a' }];
    expect(() => coinbaseHeight(makeTransaction(output, 'x', '03b0e20d'))).toThrow(
      'is not a coinbase',
    );
    const whole = makeCoinbase('03b0e20d0000');
    expect(() => coinbaseHeight(Uint8Array.from([...whole, 0]))).toThrow('bytes after its end');
    expect(() => coinbaseHeight(whole.subarray(0, -1))).toThrow('cut short');
    // An input of 4 bytes of script and an output of none have 64 bytes.
    const twoHashes = makeTransaction([{ sats: 1n, script: '' }], 'x', '03b0e20d');
    expect(twoHashes.length).toBe(64);
    expect(() => coinbaseHeight(twoHashes)).toThrow('two hashes of a Merkle tree');
  });
});

describe('the coinbase in a bundle', () => {
  const own = linked.records.find(({ type }) => type === 'coinbase');
  if (own?.type !== 'coinbase') throw new Error('the bundle has no coinbase');

  it('shows the height of the audited block', async () => {
    const { heightBy, proved, said } = await verify(linked.records);
    expect(heightBy).toBe('coinbase');
    expect(proved).toContain(
      'The audited block has the height 108: its own coinbase says so (BIP 34).',
    );
    expect(said.join()).not.toContain('has the height');
  });

  it('may be missing, as from old bundles: then the height is said, and not among what is proved', async () => {
    const without = linked.records.filter((record) => record !== own);
    const { heightBy, proved, said, point } = await verify(without);
    expect(heightBy).toBeNull();
    expect(said[0]).toBe(`That block ${point.hash} has the height 108.`);
    expect(proved.join()).not.toContain('108');
    expect(proved.join()).toContain('Each of the 8 headers up to block');
  });

  it.each([
    ['another transaction', { transaction: makeCoinbase('016c0202') }, 'EVIDENCE_BRANCH_INVALID'],
    [
      'one that is no coinbase',
      { transaction: makeTransaction([], 'x', '016c') },
      'EVIDENCE_TRANSACTION_INVALID',
    ],
    ['a shorter branch', { branch: new Uint8Array() }, 'EVIDENCE_BRANCH_INVALID'],
  ] as const)('is refused with %s', async (_, changes, code) => {
    await expectCode(() => verify(change('coinbase', () => changes)), code);
  });

  it('must come once, after the headers', async () => {
    const at = linked.records.indexOf(own);
    const moved = [...linked.records.toSpliced(at, 1), own];
    await expectCode(() => verify(linked.records.toSpliced(at, 0, own)), 'EVIDENCE_MALFORMED');
    await expectCode(() => verify(moved), 'EVIDENCE_MALFORMED');
  });

  it('is not taken from another place of the block', async () => {
    const ids = [sha256d(own.transaction), sha256d(makeCoinbase('016c0303'))];
    await expectCode(
      () => verify(change('coinbase', () => ({ branch: merkleBranch(ids, 1) }))),
      'EVIDENCE_BRANCH_INVALID',
    );
  });
});
