import { script, Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { verifyMessage } from '../../../src/control/verifyMessage.ts';
import { createSigner, encodeFull, encodeWitness } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';

const message = 'We hold these keys.';
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('an encoding that is not canonical', () => {
  // The signature of this one is 71 bytes long, so that its base64 is padded.
  const signer = createSigner('p2wpkh', 'b');
  const [der = new Uint8Array(), key = new Uint8Array()] =
    signer.sign(message).ins[0]?.witness ?? [];

  it.each<[string, (signature: Uint8Array) => Uint8Array]>([
    ['a high s', mirror],
    ['the flag NONE', (one) => Uint8Array.from([...one.slice(0, -1), 0x02])],
    ['the flag ALL|ANYONECANPAY', (one) => Uint8Array.from([...one.slice(0, -1), 0x81])],
    ['a padded r', padR],
    ['a byte behind it', (one) => Uint8Array.from([...one.slice(0, -1), 0x00, 0x01])],
    ['no DER at all', () => new Uint8Array(70).fill(1)],
  ])('is refused: %s', (_what, change) => {
    expect(verify(signer.address, `smp${encodeWitness([change(der), key])}`)).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNATURE_NOT_CANONICAL',
    });
  });

  it('is refused: a taproot flag other than DEFAULT and ALL', () => {
    const taproot = createSigner('p2tr', 'a');
    const [signature = new Uint8Array()] = taproot.sign(message).ins[0]?.witness ?? [];
    for (const flag of [0x00, 0x02, 0x81]) {
      const flagged = `smp${encodeWitness([Uint8Array.from([...signature, flag])])}`;
      expect(verify(taproot.address, flagged)).toMatchObject({
        code: 'CONTROL_SIGNATURE_NOT_CANONICAL',
      });
    }
  });

  it('is refused: a scriptSig with a push in a longer form', () => {
    const legacy = createSigner('p2pkh', 'a');
    const transaction = legacy.sign(message);
    const [input] = transaction.ins;
    if (!input) expect.fail('no input');
    input.script = Uint8Array.from([0x4c, ...input.script]);
    expect(verify(legacy.address, encodeFull(transaction))).toMatchObject({
      code: 'CONTROL_SIGNATURE_NOT_CANONICAL',
    });
  });

  it.each([
    ['white space', (text: string) => `${text}\n`],
    ['no padding', (text: string) => text.replace(/=*$/, '')],
    ['stray bits', (text: string) => text.replace(/.(=+)$/, '9$1')],
    ['a witness that is cut off', () => encodeWitness([der, key]).slice(0, 40)],
    ['bytes behind the witness', (text: string) => append(text, 0)],
    ['a million characters', () => 'A'.repeat(1_000_004)],
  ])('is refused: base64 with %s', (_what, change) => {
    const text = encodeWitness([der, key]);
    expect(change(text)).not.toBe(text);
    expect(verify(signer.address, `smp${change(text)}`)).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_ENCODING_INVALID',
    });
  });
});

function verify(address: string, signature: string, text = message) {
  return verifyMessage({ address, network: mainnet, message: text, signature });
}

function append(base64: string, byte: number): string {
  return Buffer.concat([Buffer.from(base64, 'base64'), Uint8Array.of(byte)]).toString('base64');
}

/** s mirrored at the order: as valid in the curve, and ruled out by BIP-62. */
function mirror(der: Uint8Array): Uint8Array {
  const { signature } = script.signature.decode(der);
  const s = order - BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const mirrored = Buffer.concat([
    signature.subarray(0, 32),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
  ]);
  return script.signature.encode(Uint8Array.from(mirrored), Transaction.SIGHASH_ALL);
}

/** r with a zero before it that it does not need: BIP-66. */
function padR(der: Uint8Array): Uint8Array {
  const [, size = 0, , rSize = 0] = der;
  return Uint8Array.from([0x30, size + 1, 0x02, rSize + 1, 0, ...der.slice(4)]);
}
