import { bytesToHex } from '@noble/hashes/utils.js';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { classifyScript } from './classifyScript.ts';
import { decodeWitness } from './decodeWitness.ts';
import { ControlError, notUnderstood } from './errors.ts';
import { sameBytes } from './sameBytes.ts';
import type { Prevout } from './spend.ts';
import type { Timelocks } from './verification.ts';
import { checkToSign, checkUpgrades, decodeTransaction } from './verifyFull.ts';
import { verifySpend } from './verifySpend.ts';

/** What a finalized input of a PSBT says (BIP-174), as far as it matters here. */
interface FinalInput {
  readonly nonWitnessUtxo?: Uint8Array;
  readonly witnessUtxo?: Prevout;
  readonly finalScriptSig?: Uint8Array;
  readonly finalScriptWitness?: Uint8Array;
}

/** Each input costs a signature, and some sighashes the whole transaction: no proof may stall us. */
const maxInputs = 500;

const magic = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);

/**
 * Checks a proof of funds of BIP-322: `to_sign` as a finalized PSBT. Every further input must verify
 * too, against the output that the PSBT states for it. Whether those outputs exist and are unspent
 * only the chain can tell, so that they are no evidence here: what is proven is the first input, for
 * the address itself.
 *
 * @throws ControlError with the rule that it breaks
 */
export function verifyFunds(script: Uint8Array, message: string, encoded: Uint8Array): Timelocks {
  const { transaction, inputs } = decodePsbt(encoded);
  checkToSign(transaction, script, message);
  if (inputs.length > maxInputs) throw notUnderstood(`more than ${maxInputs} inputs`);
  inputs.forEach((input, index) => {
    const signed = transaction.ins[index];
    if (!signed) return;
    signed.script = input.finalScriptSig ?? new Uint8Array();
    signed.witness = [...decodeFinalWitness(input.finalScriptWitness)];
  });
  const parents = new Map<Uint8Array, Transaction>();
  const prevouts = inputs.map((_, index) =>
    index === 0 ? { script, value: 0n } : findPrevout(transaction, inputs, index, parents),
  );
  checkFirstUtxo(inputs[0], script);
  prevouts.forEach((prevout, index) => {
    const { script: scriptSig, witness } = inputAt(transaction, index);
    verifySpend({ transaction, index, prevouts, prevout, scriptSig, witness });
  });
  return checkUpgrades(transaction);
}

function decodePsbt(bytes: Uint8Array): { transaction: Transaction; inputs: FinalInput[] } {
  if (!sameBytes(bytes.subarray(0, magic.length), magic)) {
    throw new ControlError('CONTROL_ENCODING_INVALID', 'the proof of funds holds no PSBT');
  }
  try {
    const { data } = Psbt.fromBuffer(bytes);
    return { transaction: Transaction.fromBuffer(data.getTransaction()), inputs: data.inputs };
  } catch {
    // It may be damaged, or of a version that the library does not read (BIP-370).
    throw notUnderstood('a PSBT that cannot be read');
  }
}

function decodeFinalWitness(bytes: Uint8Array | undefined): readonly Uint8Array[] {
  return bytes === undefined ? [] : decodeWitness(bytes);
}

/** The first input spends the virtual output; where the PSBT states it, it must be that one. */
function checkFirstUtxo(input: FinalInput | undefined, script: Uint8Array): void {
  const stated = input?.witnessUtxo;
  if (stated && (stated.value !== 0n || !sameBytes(stated.script, script))) {
    throw invalid('states another output for its first input than that of the address');
  }
}

function findPrevout(
  transaction: Transaction,
  inputs: readonly FinalInput[],
  index: number,
  parents: Map<Uint8Array, Transaction>,
): Prevout {
  const spent = inputAt(transaction, index);
  const witnessUtxo = inputs[index]?.witnessUtxo;
  const isSame = (at: number) => sameBytes(inputAt(transaction, at).hash, spent.hash);
  // BIP-322: an earlier input that spends the same transaction may carry it for all of them.
  const whole = inputs.find(
    (one, at) => at <= index && one.nonWitnessUtxo !== undefined && isSame(at),
  )?.nonWitnessUtxo;
  if (whole !== undefined) {
    const parent = parents.get(whole) ?? decodeTransaction(whole);
    parents.set(whole, parent);
    const output = parent.outs[spent.index];
    if (!output || !sameBytes(parent.getHash(), spent.hash)) {
      throw invalid('states an output that its input does not spend');
    }
    return output;
  }
  if (witnessUtxo === undefined) {
    throw invalid(`lacks the output that its input ${index} spends`);
  }
  const { kind } = classifyScript(witnessUtxo.script);
  if (kind === 'p2pkh' || (kind === 'p2sh' && spent.witness.length === 0)) {
    throw invalid(`lacks the whole transaction ${bytesToHex(spent.hash.toReversed())}`);
  }
  return witnessUtxo;
}

function inputAt(transaction: Transaction, index: number): Transaction['ins'][number] {
  const input = transaction.ins[index];
  if (!input) throw invalid('has fewer inputs than its PSBT');
  return input;
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_TRANSACTION_INVALID', `the proof of funds ${what}`);
}
