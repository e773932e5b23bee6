import { Transaction } from 'bitcoinjs-lib';
import { ControlError, notUnderstood } from './errors.ts';
import { toSpendId } from './messageSpend.ts';
import { sameBytes } from './sameBytes.ts';
import type { Timelocks } from './verification.ts';
import { verifySpend } from './verifySpend.ts';

/**
 * Checks a full signature of BIP-322: the whole transaction `to_sign`, which may set time locks.
 * Answers T and S. Further inputs would need the outputs that they spend: that is what the proof of
 * funds is for, and without them the proof is inconclusive.
 *
 * @throws ControlError with the rule that it breaks
 */
export function verifyFull(script: Uint8Array, message: string, encoded: Uint8Array): Timelocks {
  const transaction = decodeTransaction(encoded);
  checkToSign(transaction, script, message);
  const [input] = transaction.ins;
  if (input === undefined || transaction.ins.length > 1) {
    throw notUnderstood('a full signature with further inputs, whose outputs are not known');
  }
  const prevout = { script, value: 0n };
  const { script: scriptSig, witness } = input;
  verifySpend({ transaction, index: 0, prevouts: [prevout], prevout, scriptSig, witness });
  return checkUpgrades(transaction);
}

/**
 * Checks what BIP-322 fixes about `to_sign`: its first input spends `to_spend` of this script and
 * message, and its one output is an empty OP_RETURN of value 0.
 *
 * @throws ControlError CONTROL_TRANSACTION_INVALID
 */
export function checkToSign(transaction: Transaction, script: Uint8Array, message: string): void {
  const [input] = transaction.ins;
  const [output] = transaction.outs;
  if (!input || !sameBytes(input.hash, toSpendId(message, script)) || input.index !== 0) {
    throw invalid('does not spend the message of this address');
  }
  const isEmptyReturn = output?.value === 0n && sameBytes(output.script, Uint8Array.of(0x6a));
  if (!isEmptyReturn || transaction.outs.length !== 1) {
    throw invalid('has another output than one empty OP_RETURN');
  }
}

/**
 * The rules that an upgrade of Bitcoin may lift come last: then T and S are what is left to say.
 *
 * @throws ControlError CONTROL_NOT_UNDERSTOOD
 */
export function checkUpgrades(transaction: Transaction): Timelocks {
  if (transaction.version !== 0 && transaction.version !== 2) {
    throw notUnderstood(`a transaction of version ${transaction.version}`);
  }
  return { time: transaction.locktime, age: transaction.ins[0]?.sequence ?? 0 };
}

/** @throws ControlError CONTROL_ENCODING_INVALID unless it is one transaction in its own writing */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  try {
    const transaction = Transaction.fromBuffer(bytes);
    if (sameBytes(transaction.toBuffer(), bytes)) return transaction;
  } catch {
    // Said below: what the library found is not for the reader.
  }
  throw new ControlError('CONTROL_ENCODING_INVALID', 'the signature holds no whole transaction');
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_TRANSACTION_INVALID', `the signed transaction ${what}`);
}
