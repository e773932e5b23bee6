import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { concatBytes } from '@noble/hashes/utils.js';
import { compactSize } from './compactSize.ts';
import { ControlError, notUnderstood } from './errors.ts';
import { evaluateScript } from './evaluateScript.ts';
import { taggedHash } from './hash.ts';
import { compareBytes, sameBytes } from './sameBytes.ts';
import { hashTaproot, type Spend } from './spend.ts';

const tapscript = 0xc0;
const annexTag = 0x50;
const sighashDefault = 0x00;
const sighashAll = 0x01;

/**
 * Checks a P2TR input: the key path (BIP-341), or a leaf (BIP-342) whose script is understood.
 *
 * @throws ControlError CONTROL_SIGNATURE_INVALID, CONTROL_SIGNATURE_NOT_CANONICAL,
 * CONTROL_SCRIPT_MISMATCH, CONTROL_NOT_UNDERSTOOD
 */
export function verifyTaproot(spend: Spend, outputKey: Uint8Array): void {
  const { witness } = spend;
  const last = witness.at(-1);
  if (last === undefined) throw invalid('is empty');
  if (witness.length === 1) {
    verifySchnorr(spend, last, outputKey, undefined);
    return;
  }
  if (last[0] === annexTag) throw notUnderstood('a taproot witness with an annex');
  const script = witness.at(-2) ?? new Uint8Array();
  const leaf = provenLeaf(script, last, outputKey);
  evaluateScript(script, witness.slice(0, -2), spend, (signature, key) => {
    if (key.length !== 32) throw notUnderstood('a tapscript key of a kind yet to come');
    verifySchnorr(spend, signature, key, leaf);
  });
}

/** Checks a signature of BIP-340 with the sighash flag DEFAULT or ALL. */
function verifySchnorr(
  spend: Spend,
  signature: Uint8Array,
  key: Uint8Array,
  leaf: Uint8Array | undefined,
): void {
  if (signature.length !== 64 && signature.length !== 65) throw invalid('is not 64 bytes long');
  const flag = signature[64];
  if (flag !== undefined && flag !== sighashAll) {
    throw new ControlError(
      'CONTROL_SIGNATURE_NOT_CANONICAL',
      'a signature has another sighash flag than DEFAULT or ALL',
    );
  }
  const hash = hashTaproot(spend, flag ?? sighashDefault, leaf);
  if (!checkSchnorr(hash, key, signature.subarray(0, 64))) throw invalid('does not verify');
}

function checkSchnorr(hash: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  try {
    return secp256k1.verifySchnorr(hash, key, signature);
  } catch {
    return false;
  }
}

/** The hash of the leaf, after checking that the output key commits to it. */
function provenLeaf(script: Uint8Array, control: Uint8Array, outputKey: Uint8Array): Uint8Array {
  const steps = (control.length - 33) / 32;
  if (!Number.isInteger(steps) || steps < 0 || steps > 128) {
    throw mismatch('has a control block of a wrong length');
  }
  const [first = 0] = control;
  const version = first & 0xfe;
  if (version !== tapscript) throw notUnderstood('a taproot leaf of a version yet to come');
  const leaf = taggedHash(
    'TapLeaf',
    concatBytes(Uint8Array.of(version), compactSize(script.length), script),
  );
  let root = leaf;
  for (let at = 33; at < control.length; at += 32) {
    const sibling = control.subarray(at, at + 32);
    const isFirst = compareBytes(root, sibling) < 0;
    root = taggedHash('TapBranch', isFirst ? root : sibling, isFirst ? sibling : root);
  }
  const internalKey = control.subarray(1, 33);
  const tweak = taggedHash('TapTweak', internalKey, root);
  if (!commits(internalKey, tweak, outputKey, first & 1)) {
    throw mismatch('has a script that the address does not commit to');
  }
  return leaf;
}

function commits(
  internalKey: Uint8Array,
  tweak: Uint8Array,
  outputKey: Uint8Array,
  parity: number,
): boolean {
  if (!secp256k1.isXOnlyPoint(internalKey)) return false;
  const tweaked = secp256k1.xOnlyPointAddTweak(internalKey, tweak);
  return tweaked?.parity === parity && sameBytes(tweaked.xOnlyPubkey, outputKey);
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_SIGNATURE_INVALID', `the taproot signature ${what}`);
}

function mismatch(what: string): ControlError {
  return new ControlError('CONTROL_SCRIPT_MISMATCH', `the taproot witness ${what}`);
}
