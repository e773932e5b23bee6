import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenge, writeChallenge } from '../../src/control/challenge.ts';
import { verifyMessage } from '../../src/control/verifyMessage.ts';
import { verifyMultisigMessage } from '../../src/control/verifyMultisigMessage.ts';
import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import {
  createSigner,
  encodeFull,
  encodeSimple,
  type SignerKind,
  signCompact,
  signerKinds,
} from '../support/messageSigner.ts';
import { mainnet } from '../support/networks.ts';

const runs = { numRuns: 15 };
const message = fc.string({ unit: 'binary', maxLength: 300 });
const seed = fc.string({ maxLength: 8 });
/** Where to flip, modulo the length: every signature has another. */
const place = fc.nat();

describe.each(signerKinds)('a signature by own keys, %s', (kind) => {
  it('verifies, and does not with any bit flipped', () => {
    fc.assert(
      fc.property(message, seed, place, (text, name, at) => {
        const signer = createSigner(kind, name);
        const full = encodeFull(signer.sign(text));
        expect(verify(signer.address, text, full)).toBe('valid');
        expect(verify(signer.address, text, flip(full, at))).not.toBe('valid');
        if (hasWitness(kind)) {
          const simple = encodeSimple(signer.sign(text));
          expect(verify(signer.address, text, simple)).toBe('valid');
          expect(verify(signer.address, text, flip(simple, at))).not.toBe('valid');
        }
      }),
      runs,
    );
  });

  it('does not verify for any other message or signer', () => {
    fc.assert(
      fc.property(message, message, seed, (text, other, name) => {
        fc.pre(text !== other);
        const signature = encodeFull(createSigner(kind, name).sign(text));
        expect(verify(createSigner(kind, name).address, other, signature)).toBe('invalid');
        expect(verify(createSigner(kind, `${name}x`).address, text, signature)).toBe('invalid');
      }),
      runs,
    );
  });
});

describe.each([
  ['p2pkh', 31],
  ['p2sh-p2wpkh', 35],
  ['p2wpkh', 39],
] as const)('a compact signature by own keys, %s', (kind, header) => {
  it('verifies, and does not with any bit of r or s flipped', () => {
    fc.assert(
      fc.property(message, seed, place, (text, name, at) => {
        const signer = createSigner(kind, name);
        const signature = signCompact(signer.keys[0] ?? new Uint8Array(), text, header);
        expect(verify(signer.address, text, signature)).toBe('valid');
        expect(verify(signer.address, text, flip(signature, 8 + (at % 512)))).toBe('invalid');
      }),
      runs,
    );
  });
});

describe('signatures of a 2-of-3', () => {
  it('verify exactly if two distinct keys signed', () => {
    const signer = createSigner('p2wsh', 'a');
    const signatures = signer.keys.map((key) => signCompact(key, 'text'));
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 6 }), (by) => {
        const { result } = verifyMultisigMessage({
          address: signer.address,
          network: mainnet,
          message: 'text',
          signatures: by.map((index) => signatures[index] ?? ''),
          script: signer.script,
        });
        expect(result).toBe(new Set(by).size >= 2 ? 'valid' : 'invalid');
      }),
      runs,
    );
  });
});

describe('any text at all', () => {
  it('is judged without an error, and never valid', () => {
    const { address } = createSigner('p2wsh', 'a');
    const addresses = signerKinds.map((kind) => createSigner(kind, 'a').address);
    const genuine = encodeFull(createSigner('p2wsh', 'a').sign('')).slice(3);
    const body = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      // A transaction that begins well.
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), place)
        .map(([bytes, at]) => {
          const full = Buffer.from(genuine, 'base64');
          full.set(bytes, at % (full.length - bytes.length));
          return full.toString('base64');
        })
        .filter((text) => text !== genuine),
      fc
        .uint8Array({ maxLength: 100 })
        .map((bytes) =>
          Buffer.concat([Buffer.from('psbt\xff', 'latin1'), bytes]).toString('base64'),
        ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(address, ...addresses),
        fc.constantFrom('', 'smp', 'ful', 'pof'),
        body,
        (to, prefix, text) => {
          expect(verify(to, '', `${prefix}${text}`)).not.toBe('valid');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a challenge', () => {
  it('reads back as what it was written from', () => {
    const hex = (length: number) =>
      fc.string({
        unit: fc.constantFrom(...'0123456789abcdef'),
        minLength: length,
        maxLength: length,
      });
    const parts = fc.record({
      assetId: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/),
      registryDigest: hex(64).map((digits) => `0x${digits}` as const),
      nonce: hex(32),
      date: fc.integer({ min: 0, max: 253_402_300_799 }).map(UnixTime),
      bitcoinPoint: fc.record({
        chain: fc.constantFrom(...bitcoinNetworks.map(({ chain }) => chain)),
        height: fc.nat(999_999_999),
        hash: hex(64),
      }),
    });
    fc.assert(
      fc.property(parts, (challenge) => {
        expect(parseChallenge(writeChallenge(challenge))).toEqual(challenge);
      }),
    );
  });
});

function verify(address: string, text: string, signature: string) {
  return verifyMessage({ address, network: mainnet, message: text, signature }).result;
}

function hasWitness(kind: SignerKind): boolean {
  return kind !== 'p2pkh' && kind !== 'p2sh';
}

/** The signature with one bit of its bytes flipped; its prefix stays. */
function flip(signature: string, at: number): string {
  const prefix = /^(smp|ful)/.exec(signature)?.[0] ?? '';
  const bytes = Buffer.from(signature.slice(prefix.length), 'base64');
  const bit = at % (bytes.length * 8);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return `${prefix}${bytes.toString('base64')}`;
}
