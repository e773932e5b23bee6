import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { payments, script, Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { verifyMessage } from '../../../src/control/verifyMessage.ts';
import { expectCode } from '../../support/expectCode.ts';
import {
  createSigner,
  encodeFull,
  encodeSimple,
  encodeWitness,
  signerKinds,
  toSign,
} from '../../support/messageSigner.ts';
import { mainnet, regtest, testnet4 } from '../../support/networks.ts';

const message = 'We hold these keys.';
const segwitKinds = ['p2wpkh', 'p2sh-p2wpkh', 'p2tr', 'p2wsh', 'p2sh-p2wsh'] as const;

describe('a signature of BIP-322', () => {
  it.each(signerKinds)('verifies in full form for %s', (kind) => {
    const signer = createSigner(kind, 'a');
    expect(verify(signer.address, encodeFull(signer.sign(message)))).toEqual({
      result: 'valid',
      form: 'bip322-full',
    });
  });

  it.each(segwitKinds)('verifies in simple form for %s, with and without its prefix', (kind) => {
    const signer = createSigner(kind, 'a');
    const signature = encodeSimple(signer.sign(message));
    const valid = { result: 'valid', form: 'bip322-simple' };
    expect(verify(signer.address, signature)).toEqual(valid);
    expect(verify(signer.address, signature.slice(3))).toEqual(valid);
  });

  it.each(signerKinds)('is refused for another address of the same kind: %s', (kind) => {
    const signature = encodeFull(createSigner(kind, 'a').sign(message));
    expect(verify(createSigner(kind, 'b').address, signature)).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_TRANSACTION_INVALID',
    });
  });

  it.each(segwitKinds)('is refused for another message: %s', (kind) => {
    const signer = createSigner(kind, 'a');
    const signature = encodeSimple(signer.sign(message));
    expect(verify(signer.address, signature, `${message} `)).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNATURE_INVALID',
    });
  });

  it('tells T and S where the transaction sets time locks', () => {
    const signer = createSigner('p2wpkh', 'a');
    const signed = signer.sign(message, { version: 2, time: 850_000, age: 144 });
    expect(verify(signer.address, encodeFull(signed))).toEqual({
      result: 'valid',
      form: 'bip322-full',
      timelocks: { time: 850_000, age: 144 },
    });
  });

  it('takes a 2-of-3 by any two of its keys', () => {
    const signer = createSigner('p2wsh', 'a');
    for (const by of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const signature = encodeSimple(signer.sign(message, {}, by));
      expect(verify(signer.address, signature).result).toBe('valid');
    }
  });

  it.each(['p2wsh', 'p2sh'] as const)('refuses one signer twice for a 2-of-3: %s', (kind) => {
    const signer = createSigner(kind, 'a');
    expect(verify(signer.address, encodeFull(signer.sign(message, {}, [1, 1])))).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNER_REPEATED',
    });
  });

  it('refuses one signature for a 2-of-3, and three', () => {
    const signer = createSigner('p2wsh', 'a');
    const code = (by: number[]) => {
      const outcome = verify(signer.address, encodeSimple(signer.sign(message, {}, by)));
      return outcome.result === 'valid' ? outcome.result : outcome.code;
    };
    expect(code([1])).toBe('CONTROL_THRESHOLD_NOT_MET');
    expect(code([0, 1, 2])).toBe('CONTROL_SIGNATURE_INVALID');
    expect(code([2, 0])).toBe('CONTROL_SIGNATURE_INVALID');
  });

  it('refuses a key that stands twice in the script, and signs twice', () => {
    const { keys, publicKeys } = createSigner('p2wsh', 'a');
    const [key = new Uint8Array()] = keys;
    const [publicKey = new Uint8Array()] = publicKeys;
    const doubled = script.compile([0x52, publicKey, publicKey, 0x52, 0xae]);
    const { address, sign } = witnessScriptSigner(doubled);
    const signature = sign((hash) => {
      const der = script.signature.encode(secp256k1.sign(hash, key), Transaction.SIGHASH_ALL);
      return [new Uint8Array(), der, der];
    });
    expect(verify(address, signature)).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNER_REPEATED',
    });
  });

  it('finds a witness script that needs no signature inconclusive', () => {
    const { address, sign } = witnessScriptSigner(Uint8Array.of(0x51));
    const signature = sign(() => []);
    expect(verify(address, signature)).toMatchObject({
      result: 'inconclusive',
      code: 'CONTROL_NOT_UNDERSTOOD',
    });
  });

  it('finds a witness script with an opcode that it does not know inconclusive', () => {
    const { address, sign } = witnessScriptSigner(Uint8Array.of(0xa8, 0x51));
    expect(
      verify(
        address,
        sign(() => [Uint8Array.of(1)]),
      ).result,
    ).toBe('inconclusive');
  });

  it('finds a witness version of the future inconclusive', () => {
    const address = 'bc1sw50qgdz25j';
    expect(verify(address, 'smpAQEB')).toMatchObject({
      result: 'inconclusive',
      code: 'CONTROL_NOT_UNDERSTOOD',
    });
  });

  it('finds a transaction of version 3 inconclusive', () => {
    const signer = createSigner('p2wpkh', 'a');
    expect(verify(signer.address, encodeFull(signer.sign(message, { version: 3 })))).toMatchObject({
      result: 'inconclusive',
      code: 'CONTROL_NOT_UNDERSTOOD',
    });
  });

  it('finds an annex inconclusive', () => {
    const signer = createSigner('p2tr', 'a');
    const [input] = signer.sign(message).ins;
    const witness = [...(input?.witness ?? []), Uint8Array.of(0x50, 1)];
    expect(verify(signer.address, `smp${encodeWitness(witness)}`).result).toBe('inconclusive');
  });

  it('refuses a transaction with another output, or a second one', () => {
    const signer = createSigner('p2wpkh', 'a');
    const second = signer.sign(message);
    second.addOutput(Uint8Array.of(0x6a), 0n);
    const other = signer.sign(message);
    other.outs = [{ script: Uint8Array.of(0x51), value: 0n }];
    for (const transaction of [second, other]) {
      expect(verify(signer.address, encodeFull(transaction))).toMatchObject({
        result: 'invalid',
        code: 'CONTROL_TRANSACTION_INVALID',
      });
    }
  });

  it('finds a full signature with a further input inconclusive', () => {
    const signer = createSigner('p2wpkh', 'a');
    const transaction = signer.sign(message);
    transaction.addInput(new Uint8Array(32).fill(7), 0, 0);
    expect(verify(signer.address, encodeFull(transaction)).result).toBe('inconclusive');
  });
});

it('refuses a message that has no UTF-8 form', () => {
  const signer = createSigner('p2wpkh', 'a');
  const signature = encodeSimple(signer.sign('\ufffd'));
  expect(verify(signer.address, signature, '\ufffd').result).toBe('valid');
  expect(verify(signer.address, signature, '\ud800')).toMatchObject({
    result: 'invalid',
    code: 'CONTROL_ENCODING_INVALID',
  });
});

describe('an address', () => {
  it.each([
    ['of another network', 'mpLQjfK79b7CCV4VMJWEWAj5Mpx8Up5zxB'],
    ['of another network', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
    ['with a wrong checksum', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
    ['that is too long', `bc1q${'q'.repeat(100)}`],
    ['that is none', ''],
  ])('%s is an error of the caller', async (_what, address) => {
    await expectCode(() => verify(address, 'smpAA=='), 'CONTROL_ADDRESS_INVALID');
  });

  it('belongs to its own network alone', async () => {
    const address = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx';
    const signed = { address, message, signature: 'smpAA==' };
    expect(verifyMessage({ ...signed, network: testnet4 }).result).toBe('invalid');
    await expectCode(
      () => verifyMessage({ ...signed, network: regtest }),
      'CONTROL_ADDRESS_INVALID',
    );
  });
});

function verify(address: string, signature: string, text = message) {
  return verifyMessage({ address, network: mainnet, message: text, signature });
}

/** A P2WSH address of any script, and its simple signature from what is pushed for it. */
function witnessScriptSigner(witnessScript: Uint8Array) {
  const { address = '', output = new Uint8Array() } = payments.p2wsh({
    redeem: { output: witnessScript },
  });
  const sign = (push: (hash: Uint8Array) => Uint8Array[]) => {
    const transaction = toSign(message, output);
    const hash = transaction.hashForWitnessV0(0, witnessScript, 0n, Transaction.SIGHASH_ALL);
    return `smp${encodeWitness([...push(hash), witnessScript])}`;
  };
  return { address, sign };
}
