import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { Transaction } from 'bitcoinjs-lib';
import { classifyScript } from './classifyScript.ts';
import { decodeWitness } from './decodeWitness.ts';
import { ControlError } from './errors.ts';
import { hash160 } from './hash.ts';
import { hashKeySpend, toSpendId } from './messageSpend.ts';
import { sameBytes } from './sameBytes.ts';
import { requireCompressed, verifyKeyHash } from './verifyKeyHash.ts';
import { verifySpend } from './verifySpend.ts';

const opReturn = Uint8Array.of(0x6a);

/**
 * Checks a simple signature of BIP-322: the witness stack of `to_sign` with all its defaults. P2WPKH,
 * the common case, goes without building the transaction.
 *
 * @throws ControlError with the rule that it breaks
 */
export function verifySimple(script: Uint8Array, message: string, encoded: Uint8Array): void {
  const witness = decodeWitness(encoded);
  const { kind, program } = classifyScript(script);
  if (kind === 'p2wpkh') {
    requireCompressed(witness[1]);
    verifyKeyHash(witness, program, () => hashKeySpend(message, script));
    return;
  }
  if (kind === 'p2pkh') {
    throw new ControlError(
      'CONTROL_SIGNATURE_INVALID',
      'a simple signature cannot sign for a P2PKH address, which has no witness',
    );
  }
  const prevout = { script, value: 0n };
  const transaction = buildToSign(message, script);
  const scriptSig = kind === 'p2sh' ? nestedProgram(witness, program) : new Uint8Array();
  verifySpend({ transaction, index: 0, prevouts: [prevout], prevout, scriptSig, witness });
}

/** `to_sign` with all its defaults: version 0, no locks, one input, one empty OP_RETURN. */
export function buildToSign(message: string, script: Uint8Array): Transaction {
  const transaction = new Transaction();
  transaction.version = 0;
  transaction.addInput(toSpendId(message, script), 0, 0);
  transaction.addOutput(opReturn, 0n);
  return transaction;
}

/**
 * The scriptSig that a simple signature leaves out: the push of the nested program, P2WPKH of the
 * key or P2WSH of the script that ends the witness, whichever the address commits to.
 */
function nestedProgram(witness: readonly Uint8Array[], scriptHash: Uint8Array): Uint8Array {
  const last = witness.at(-1) ?? new Uint8Array();
  const programs = [
    concatBytes(Uint8Array.of(0x00, 20), hash160(last)),
    concatBytes(Uint8Array.of(0x00, 32), sha256(last)),
  ];
  const program = programs.find((one) => sameBytes(hash160(one), scriptHash));
  if (!program) {
    throw new ControlError(
      'CONTROL_SCRIPT_MISMATCH',
      'the witness has no key or script that the address commits to',
    );
  }
  return concatBytes(Uint8Array.of(program.length), program);
}
