import { toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { judgeSignature } from '../../../src/discovery/judgeSignature.ts';
import { createSigner, encodeSimple, signCompact } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';

const signer = createSigner('p2wpkh', 'judge');
const other = createSigner('p2wpkh', 'somebody else');
const [key = new Uint8Array()] = signer.keys;
const message = 'reserves';

function judge(signature: string | Uint8Array, signed: string | Uint8Array = message) {
  const proof = { address: signer.address, message: toHex(signed), signature: toHex(signature) };
  return judgeSignature(proof, mainnet).result;
}

const compactOf = (by: Uint8Array) => Buffer.from(signCompact(by, message, 39), 'base64');

describe('a stored signature', () => {
  it('is valid as the bytes or the text of BIP-137, and as the text of BIP-322', () => {
    expect(judge(compactOf(key))).toBe('valid');
    expect(judge(signCompact(key, message, 39))).toBe('valid');
    expect(judge(encodeSimple(signer.sign(message)))).toBe('valid');
    expect(judge(encodeSimple(signer.sign(message)).slice(3))).toBe('valid');
  });

  it('is valid as the bytes of a BIP-322 witness', () => {
    const bytes = Buffer.from(encodeSimple(signer.sign(message)).slice(3), 'base64');
    expect(judge(bytes)).toBe('valid');
  });

  it('proves no more than that the address is published', () => {
    const proof = {
      address: signer.address,
      message: toHex(message),
      signature: toHex(compactOf(key)),
    };
    expect(judgeSignature(proof, mainnet).reason).toMatch(/proves at most published$/);
  });

  it("is invalid as somebody else's, or over another message", () => {
    const [foreign = new Uint8Array()] = other.keys;
    expect(judge(compactOf(foreign))).toBe('invalid');
    expect(judge(encodeSimple(other.sign(message)))).toBe('invalid');
    expect(judge(compactOf(key), 'something else')).toBe('invalid');
  });

  it('is inconclusive where it is missing, of no known form, too long or not over a text', () => {
    expect(judge('')).toBe('inconclusive');
    expect(judge(Uint8Array.of(1, 2, 3, 4, 5))).toBe('inconclusive');
    expect(judge(new Uint8Array(64).fill(7))).toBe('inconclusive');
    expect(judge(new Uint8Array(5000))).toBe('inconclusive');
    expect(judge(compactOf(key), Uint8Array.of(0xff, 0xfe))).toBe('inconclusive');
  });
});
