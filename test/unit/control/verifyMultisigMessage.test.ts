import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { payments } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { verifyMultisigMessage } from '../../../src/control/verifyMultisigMessage.ts';
import { createSigner, signCompact } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';

const message = 'We hold two of three.';
const signer = createSigner('p2wsh', 'a');

function verify(by: readonly number[], change: object = {}) {
  return verifyMultisigMessage({
    address: signer.address,
    network: mainnet,
    message,
    signatures: by.map((index) => signBy(index)),
    script: signer.script,
    ...change,
  });
}

function signBy(index: number, header?: number, text = message): string {
  return signCompact(signer.keys[index] ?? new Uint8Array(), text, header);
}

describe('signatures of the key holders of a 2-of-3', () => {
  it.each(['p2wsh', 'p2sh', 'p2sh-p2wsh'] as const)('verify for %s', (kind) => {
    const { address, script } = createSigner(kind, 'a');
    expect(verify([0, 1], { address, script })).toEqual({ result: 'valid', form: 'bip137' });
  });

  it('verify in any order, by all three, and with any header of BIP-137', () => {
    expect(verify([2, 0]).result).toBe('valid');
    expect(verify([0, 1, 2]).result).toBe('valid');
    expect(verify([], { signatures: [signBy(0, 39), signBy(1, 27)] }).result).toBe('valid');
  });

  it('are refused if one signer signed twice', () => {
    expect(verify([1, 1])).toMatchObject({ result: 'invalid', code: 'CONTROL_SIGNER_REPEATED' });
    // The same key signs anew, under another header: still one signer.
    expect(verify([], { signatures: [signBy(1), signBy(1, 39)] })).toMatchObject({
      code: 'CONTROL_SIGNER_REPEATED',
    });
  });

  it('are refused if there are too few, or none', () => {
    expect(verify([1])).toMatchObject({ code: 'CONTROL_THRESHOLD_NOT_MET' });
    expect(verify([])).toMatchObject({ code: 'CONTROL_THRESHOLD_NOT_MET' });
  });

  it('are refused if one is by a stranger, or over another message', () => {
    const stranger = signCompact(createSigner('p2wsh', 'b').keys[0] ?? new Uint8Array(), message);
    const outcome = { result: 'invalid', code: 'CONTROL_SIGNATURE_INVALID' };
    expect(verify([], { signatures: [signBy(0), signBy(1), stranger] })).toMatchObject(outcome);
    expect(verify([], { signatures: [signBy(0), signBy(1, 31, 'x')] })).toMatchObject(outcome);
    expect(verify([0, 1], { message: 'x' })).toMatchObject(outcome);
  });

  it('are refused for another address than that of the script', () => {
    const { address } = createSigner('p2wsh', 'b');
    expect(verify([0, 1], { address })).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SCRIPT_MISMATCH',
    });
    const { address: single } = createSigner('p2wpkh', 'a');
    expect(verify([0, 1], { address: single })).toMatchObject({ code: 'CONTROL_SCRIPT_MISMATCH' });
  });

  it('count a key once that stands in the script in both of its forms', () => {
    const [key = new Uint8Array()] = signer.publicKeys;
    const long = secp256k1.pointCompress(key, false);
    const redeem = payments.p2ms({ m: 2, pubkeys: [key, long] });
    const { address = '' } = payments.p2sh({ redeem });
    const script = Buffer.from(redeem.output ?? []).toString('hex');
    const signatures = [signBy(0, 31), signBy(0, 27)];
    expect(verify([], { address, script, signatures })).toMatchObject({
      code: 'CONTROL_SIGNER_REPEATED',
    });
  });

  it('are inconclusive for a script that is no m-of-n, and invalid for one that is no hex', () => {
    const output = Uint8Array.of(0x51);
    const { address = '' } = payments.p2wsh({ redeem: { output } });
    expect(verify([0, 1], { address, script: '51' })).toMatchObject({
      result: 'inconclusive',
      code: 'CONTROL_NOT_UNDERSTOOD',
    });
    expect(verify([0, 1], { script: 'zz' })).toMatchObject({ code: 'CONTROL_ENCODING_INVALID' });
  });

  it('are refused if there are more than any script has keys', () => {
    const signatures = Array.from({ length: 21 }, () => signBy(0));
    expect(verify([], { signatures })).toMatchObject({ code: 'CONTROL_ENCODING_INVALID' });
  });
});
