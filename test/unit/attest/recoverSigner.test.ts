import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { recoverSigner } from '../../../src/attest/recoverSigner.ts';
import { rejectionCode } from '../../support/rejection.ts';

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const digest = `0x${'17'.repeat(32)}` as const;
const signature = await account.sign({ hash: digest });

const r = signature.slice(2, 66);
const s = signature.slice(66, 130);
const v = signature.slice(130);
const word = (number: bigint) => number.toString(16).padStart(64, '0');

describe('recoverSigner', () => {
  it('gives the address with its checksum', async () => {
    expect(await recoverSigner(digest, signature)).toBe(account.address);
  });

  it.each([
    [
      'the twin with a high s',
      `0x${r}${word(order - BigInt(`0x${s}`))}${v === '1b' ? '1c' : '1b'}`,
    ],
    ['a v of 0', `0x${r}${s}00`],
    ['a v of 1', `0x${r}${s}01`],
    ['a v of 29', `0x${r}${s}1d`],
    ['a v with a chain id', `0x${r}${s}25`],
    ['an r of zero', `0x${word(0n)}${s}${v}`],
    ['an s of zero', `0x${r}${word(0n)}${v}`],
    ['an r beyond the order', `0x${word(order)}${s}${v}`],
    ['an r that is on no curve point', `0x${word(5n)}${s}${v}`],
    ['64 bytes (EIP-2098)', `0x${r}${s}`],
    ['66 bytes', `${signature}00`],
    ['nothing', '0x'],
    ['upper case', `0x${signature.slice(2).toUpperCase()}`],
    ['no hex', `0x${'zz'.repeat(65)}`],
  ])('refuses %s', async (_, other) => {
    expect(await rejectionCode(() => recoverSigner(digest, other))).toBe(
      'ATTESTATION_SIGNATURE_INVALID',
    );
  });
});
