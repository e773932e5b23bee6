import { describe, expect, it } from 'vitest';
import { verifyMessage } from '../../../src/control/verifyMessage.ts';
import { createSigner, signCompact } from '../../support/messageSigner.ts';
import { mainnet, regtest } from '../../support/networks.ts';

const message = 'We hold these keys.';
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('a compact signature (BIP-137)', () => {
  it('verifies as Bitcoin Core signs', () => {
    const outcome = verifyMessage({
      address: 'mpLQjfK79b7CCV4VMJWEWAj5Mpx8Up5zxB',
      network: regtest,
      message: 'This is just a test message',
      signature:
        'INbVnW4e6PeRmsv2Qgu8NuopvrVjkcxob+sX8OcZG0SALhWybUjzMLPdAsXI46YZGb0KQTRii+wWIQzRpG/U+S0=',
    });
    expect(outcome).toEqual({ result: 'valid', form: 'bip137' });
  });

  it.each([
    ['p2pkh', 31],
    ['p2sh-p2wpkh', 35],
    ['p2sh-p2wpkh', 31],
    ['p2wpkh', 39],
    ['p2wpkh', 31],
  ] as const)('verifies for %s with the header %i', (kind, header) => {
    const signer = createSigner(kind, 'a');
    const signature = signCompact(signer.keys[0] ?? new Uint8Array(), message, header);
    expect(verify(signer.address, signature)).toEqual({ result: 'valid', form: 'bip137' });
    expect(verify(createSigner(kind, 'b').address, signature).result).toBe('invalid');
    expect(verify(signer.address, signature, 'another').result).toBe('invalid');
  });

  it.each([
    ['p2pkh', 35],
    ['p2pkh', 27],
    ['p2wpkh', 35],
    ['p2sh-p2wpkh', 39],
  ] as const)('is refused for %s with the header %i of another kind', (kind, header) => {
    const signer = createSigner(kind, 'a');
    const signature = signCompact(signer.keys[0] ?? new Uint8Array(), message, header);
    expect(verify(signer.address, signature)).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNATURE_INVALID',
    });
  });

  it('is inconclusive for an address that hides more than a key hash', () => {
    for (const kind of ['p2tr', 'p2wsh'] as const) {
      const signer = createSigner(kind, 'a');
      const signature = signCompact(signer.keys[0] ?? new Uint8Array(), message);
      expect(verify(signer.address, signature).result).toBe('inconclusive');
    }
  });

  it('is refused with a high s', () => {
    const signer = createSigner('p2pkh', 'a');
    const bytes = Buffer.from(signCompact(signer.keys[0] ?? new Uint8Array(), message), 'base64');
    const s = order - BigInt(`0x${bytes.subarray(33).toString('hex')}`);
    const mirrored = Buffer.concat([
      Uint8Array.of(((bytes[0] ?? 0) - 27) ^ 1),
      bytes.subarray(1, 33),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
    ]);
    mirrored[0] = (mirrored[0] ?? 0) + 27;
    expect(verify(signer.address, mirrored.toString('base64'))).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNATURE_NOT_CANONICAL',
    });
  });

  it('is refused where it gives no key', () => {
    const { address } = createSigner('p2pkh', 'a');
    const zero = Buffer.concat([Uint8Array.of(31), new Uint8Array(64)]).toString('base64');
    expect(verify(address, zero)).toMatchObject({ code: 'CONTROL_SIGNATURE_INVALID' });
  });
});

function verify(address: string, signature: string, text = message) {
  return verifyMessage({ address, network: mainnet, message: text, signature });
}
