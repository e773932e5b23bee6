import { checkEcdsa, decodeEcdsaSignature } from './checkEcdsa.ts';
import { ControlError } from './errors.ts';
import { type MultisigScript, nameKey } from './parseMultisig.ts';

/**
 * Checks what is pushed for OP_CHECKMULTISIG: an empty item (BIP-147), then m signatures in the order
 * of their keys. Consensus would take a key twice that stands in the script twice; here m *distinct*
 * keys must have signed.
 *
 * @throws ControlError CONTROL_SIGNATURE_INVALID, CONTROL_SIGNATURE_NOT_CANONICAL,
 * CONTROL_SIGNER_REPEATED, CONTROL_THRESHOLD_NOT_MET
 */
export function verifyMultisig(
  items: readonly Uint8Array[],
  script: MultisigScript,
  hash: () => Uint8Array,
): void {
  const [dummy, ...signatures] = items;
  if (dummy === undefined || dummy.length > 0) throw invalid('do not follow an empty item');
  const given = signatures.filter((one) => one.length > 0);
  if (signatures.length < script.required || given.length < script.required) {
    throw new ControlError(
      'CONTROL_THRESHOLD_NOT_MET',
      `${given.length} signatures where ${script.required} must be`,
    );
  }
  if (signatures.length > script.required) throw invalid(`are more than ${script.required}`);

  const digest = hash();
  const compacts = signatures.map(decodeEcdsaSignature);
  const signers: Uint8Array[] = [];
  for (const key of script.keys) {
    const next = compacts[signers.length];
    if (next !== undefined && checkEcdsa(digest, key, next)) signers.push(key);
  }
  if (signers.length < script.required) throw explainFailure(digest, compacts, script);
  requireDistinct(signers, script.required);
}

/**
 * Refuses signers of whom fewer than `required` are distinct.
 *
 * @throws ControlError CONTROL_SIGNER_REPEATED, CONTROL_THRESHOLD_NOT_MET
 */
export function requireDistinct(signers: readonly Uint8Array[], required: number): void {
  const distinct = new Set(signers.map(nameKey)).size;
  if (distinct >= required) return;
  throw distinct < signers.length
    ? new ControlError(
        'CONTROL_SIGNER_REPEATED',
        `${signers.length} signatures are by ${distinct} distinct keys, where ${required} must sign`,
      )
    : new ControlError(
        'CONTROL_THRESHOLD_NOT_MET',
        `${distinct} distinct keys signed, where ${required} must`,
      );
}

function explainFailure(
  digest: Uint8Array,
  compacts: readonly Uint8Array[],
  script: MultisigScript,
): ControlError {
  const signers = compacts.map((one) => script.keys.find((key) => checkEcdsa(digest, key, one)));
  const known = signers.filter((one) => one !== undefined);
  if (known.length < compacts.length) return invalid('do not all verify for keys of the script');
  if (new Set(known.map(nameKey)).size < known.length) {
    return new ControlError('CONTROL_SIGNER_REPEATED', 'one key of the script signed twice');
  }
  return invalid('are not in the order of their keys');
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_SIGNATURE_INVALID', `the signatures ${what}`);
}
