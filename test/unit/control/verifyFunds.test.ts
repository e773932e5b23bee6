import { Psbt, type Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { verifyMessage } from '../../../src/control/verifyMessage.ts';
import { createSigner, encodeWitness, toSign } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';

const message = 'We hold these keys.';

describe('a proof of funds', () => {
  it('is inconclusive if its PSBT cannot be read, and invalid if it is none', () => {
    const { address } = createSigner('p2wpkh', 'a');
    const magic = Buffer.from('70736274ff0102', 'hex').toString('base64');
    expect(verify(address, `pof${magic}`).result).toBe('inconclusive');
    expect(verify(address, 'pofAAAA')).toMatchObject({ code: 'CONTROL_ENCODING_INVALID' });
  });

  it('verifies for its address, and is refused if a further input does not verify', () => {
    const signer = createSigner('p2wpkh', 'a');
    const [input] = signer.sign(message).ins;
    expect(verify(signer.address, encodeFunds(signer.sign(message), input?.witness ?? []))).toEqual(
      {
        result: 'valid',
        form: 'bip322-funds',
      },
    );
    const more = signer.sign(message);
    more.addInput(new Uint8Array(32).fill(7), 0, 0);
    expect(verify(signer.address, encodeFunds(more, input?.witness ?? [])).result).toBe('invalid');
  });

  it.each<[string, object]>([
    ['no output', {}],
    [
      'an output of an old kind without its transaction',
      {
        witnessUtxo: { script: createSigner('p2pkh', 'a').output, value: 1n },
      },
    ],
    [
      'a transaction that it does not spend',
      {
        nonWitnessUtxo: createSigner('p2pkh', 'a').sign('').toBuffer(),
      },
    ],
  ])('is refused if it states for a further input %s', (_what, further) => {
    const signer = createSigner('p2wpkh', 'a');
    const transaction = signer.sign(message);
    transaction.addInput(new Uint8Array(32).fill(7), 0, 0);
    expect(verify(signer.address, encodeFunds(transaction, [], further))).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_TRANSACTION_INVALID',
    });
  });

  it('is refused if it states another output for its first input', () => {
    const signer = createSigner('p2wpkh', 'b');
    const funds = encodeFunds(signer.sign(message), []);
    expect(verify(signer.address, funds)).toMatchObject({ code: 'CONTROL_TRANSACTION_INVALID' });
  });

  it('is inconclusive with more than 500 inputs', () => {
    const signer = createSigner('p2wpkh', 'a');
    const transaction = toSign(message, signer.output);
    for (let index = 0; index < 500; index += 1) {
      transaction.addInput(new Uint8Array(32).fill(7), index, 0);
    }
    expect(verify(signer.address, encodeBareFunds(transaction))).toMatchObject({
      result: 'inconclusive',
      code: 'CONTROL_NOT_UNDERSTOOD',
    });
  });

  it('is refused if it is not finalized', () => {
    const signer = createSigner('p2wpkh', 'a');
    expect(verify(signer.address, encodeFunds(signer.sign(message), []))).toMatchObject({
      result: 'invalid',
      code: 'CONTROL_SIGNATURE_INVALID',
    });
  });
});

function verify(address: string, signature: string, text = message) {
  return verifyMessage({ address, network: mainnet, message: text, signature });
}

/** A PSBT that states nothing but its transaction, of up to 65,535 bytes: BIP-174. */
function encodeBareFunds(transaction: Transaction): string {
  const bytes = transaction.toBuffer();
  const maps = new Uint8Array(1 + transaction.ins.length + transaction.outs.length);
  const head = [...Buffer.from('psbt\xff', 'latin1'), 1, 0];
  const size = [0xfd, bytes.length & 0xff, bytes.length >> 8];
  return `pof${Buffer.from([...head, ...size, ...bytes, ...maps]).toString('base64')}`;
}

/** What each input of a proof of funds states unless told otherwise. */
const witnessUtxo = { script: createSigner('p2wpkh', 'a').output, value: 0n };

function encodeFunds(
  transaction: Transaction,
  witness: readonly Uint8Array[],
  further: object = { witnessUtxo },
): string {
  const psbt = new Psbt();
  psbt.setVersion(transaction.version);
  for (const [at, { hash, index, sequence }] of transaction.ins.entries()) {
    psbt.addInput({
      hash,
      index,
      sequence,
      ...(witness.length === 0
        ? {}
        : { finalScriptWitness: Buffer.from(encodeWitness(witness), 'base64') }),
      ...(at === 0 ? { witnessUtxo } : further),
    });
  }
  psbt.addOutput({ script: Uint8Array.of(0x6a), value: 0n });
  return `pof${psbt.toBase64()}`;
}
