import { sha256 } from '@noble/hashes/sha2.js';
import { checkEcdsa, decodeEcdsaSignature } from './checkEcdsa.ts';
import { classifyScript } from './classifyScript.ts';
import { ControlError, notUnderstood } from './errors.ts';
import { evaluateScript } from './evaluateScript.ts';
import { hash160 } from './hash.ts';
import { parseMultisig } from './parseMultisig.ts';
import { parsePushes } from './parseScript.ts';
import { sameBytes } from './sameBytes.ts';
import { hashLegacy, hashSegwit, type Spend } from './spend.ts';
import { keyHashScript, requireCompressed, verifyKeyHash } from './verifyKeyHash.ts';
import { verifyMultisig } from './verifyMultisig.ts';
import { verifyTaproot } from './verifyTaproot.ts';

/**
 * Checks that an input may spend its output: P2PKH, P2WPKH, P2WSH and P2SH with m-of-n (also nested),
 * P2TR, and witness scripts of keys and time locks. Returns if it may.
 *
 * @throws ControlError with the rule that it breaks; CONTROL_NOT_UNDERSTOOD for other scripts
 */
export function verifySpend(spend: Spend): void {
  const { kind, program } = classifyScript(spend.prevout.script);
  switch (kind) {
    case 'p2pkh':
      requireNone(spend.witness, 'a witness');
      verifyKeyHash(parsePushes(spend.scriptSig), program, () =>
        hashLegacy(spend, spend.prevout.script),
      );
      return;
    case 'p2sh':
      verifyScriptHash(spend, program);
      return;
    case 'other':
      throw notUnderstood('an output script of another kind');
    default:
      requireNone(spend.scriptSig, 'a scriptSig');
      verifyWitness(spend, kind, program);
      return;
  }
}

/** P2SH: a nested witness program (BIP-141), or an m-of-n script. */
function verifyScriptHash(spend: Spend, scriptHash: Uint8Array): void {
  const pushes = parsePushes(spend.scriptSig);
  const redeemScript = pushes.at(-1);
  if (redeemScript === undefined) throw invalid('lacks the redeem script');
  if (!sameBytes(hash160(redeemScript), scriptHash)) {
    throw mismatch('the redeem script is not the one that the address commits to');
  }
  const { kind, program } = classifyScript(redeemScript);
  if (kind === 'p2wpkh' || kind === 'p2wsh') {
    if (pushes.length > 1) throw invalid('pushes more than the nested program');
    verifyWitness(spend, kind, program);
    return;
  }
  requireNone(spend.witness, 'a witness');
  const multisig = parseMultisig(redeemScript);
  if (!multisig) throw notUnderstood('a redeem script that is no m-of-n script');
  verifyMultisig(pushes.slice(0, -1), multisig, () => hashLegacy(spend, redeemScript));
}

function verifyWitness(spend: Spend, kind: 'p2wpkh' | 'p2wsh' | 'p2tr', program: Uint8Array): void {
  switch (kind) {
    case 'p2wpkh':
      requireCompressed(spend.witness[1]);
      verifyKeyHash(spend.witness, program, () => hashSegwit(spend, keyHashScript(program)));
      return;
    case 'p2wsh':
      verifyWitnessScript(spend, program);
      return;
    case 'p2tr':
      verifyTaproot(spend, program);
      return;
  }
}

function verifyWitnessScript(spend: Spend, scriptHash: Uint8Array): void {
  const script = spend.witness.at(-1);
  if (script === undefined) throw invalid('lacks the witness script');
  if (!sameBytes(sha256(script), scriptHash)) {
    throw mismatch('the witness script is not the one that the address commits to');
  }
  const items = spend.witness.slice(0, -1);
  const multisig = parseMultisig(script);
  if (multisig) {
    multisig.keys.forEach(requireCompressed);
    verifyMultisig(items, multisig, () => hashSegwit(spend, script));
    return;
  }
  evaluateScript(script, items, spend, (signature, key) => {
    requireCompressed(key);
    const compact = decodeEcdsaSignature(signature);
    if (!checkEcdsa(hashSegwit(spend, script), key, compact)) throw invalid('does not verify');
  });
}

function requireNone(part: { readonly length: number }, what: string): void {
  if (part.length > 0) throw invalid(`carries ${what} that its address has no use for`);
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_SIGNATURE_INVALID', `the signature ${what}`);
}

function mismatch(what: string): ControlError {
  return new ControlError('CONTROL_SCRIPT_MISMATCH', what);
}
