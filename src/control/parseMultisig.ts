import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { bytesToHex } from '@noble/hashes/utils.js';
import { parseScript, type ScriptStep, smallNumber } from './parseScript.ts';

/** A script `m <key>… n OP_CHECKMULTISIG`. */
export interface MultisigScript {
  readonly required: number;
  /** In the order of the script, as they stand there. */
  readonly keys: readonly Uint8Array[];
}

const checkMultisig = 0xae;

/**
 * The m-of-n script that these bytes are, or undefined if they are another script.
 *
 * @throws ControlError as `parseScript`
 */
export function parseMultisig(script: Uint8Array): MultisigScript | undefined {
  const steps = parseScript(script);
  const required = readCount(steps[0]);
  const total = readCount(steps.at(-2));
  const keys = steps.slice(1, -2).map((step) => step.push ?? new Uint8Array());
  const isMultisig =
    steps.at(-1)?.opcode === checkMultisig &&
    required !== undefined &&
    total === keys.length &&
    required <= total &&
    keys.every(isKey);
  return isMultisig ? { required, keys } : undefined;
}

/** One name for a key in whichever of its two forms it stands: the same person signs for both. */
export function nameKey(key: Uint8Array): string {
  return bytesToHex(secp256k1.isPoint(key) ? secp256k1.pointCompress(key, true) : key);
}

/** Numbers above 16, up to the 20 that consensus allows, are pushed as a byte. */
function readCount(step: ScriptStep | undefined): number | undefined {
  if (step === undefined) return undefined;
  const [byte] = step.push ?? [];
  if (step.opcode === 0x01 && byte !== undefined && byte > 16 && byte <= 20) return byte;
  return smallNumber(step.opcode);
}

function isKey(key: Uint8Array): boolean {
  if (key.length === 33) return key[0] === 0x02 || key[0] === 0x03;
  return key.length === 65 && key[0] === 0x04;
}
