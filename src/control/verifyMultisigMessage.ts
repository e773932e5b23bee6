import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { addressScript } from './addressScript.ts';
import { classifyScript } from './classifyScript.ts';
import { decodeBase64 } from './decodeBase64.ts';
import { ControlError, notUnderstood } from './errors.ts';
import { hash160 } from './hash.ts';
import { nameKey, parseMultisig } from './parseMultisig.ts';
import { sameBytes } from './sameBytes.ts';
import { settleVerification, type Verification } from './verification.ts';
import { recoverKey } from './verifyCompact.ts';
import { requireDistinct } from './verifyMultisig.ts';

/** A message that several key holders of an m-of-n address signed, each for themselves. */
export interface MultisigMessage {
  readonly address: string;
  readonly network: BitcoinNetwork;
  readonly message: string;
  /** Compact signatures (BIP-137) in base64, in any order. */
  readonly signatures: readonly string[];
  /** The redeem script (P2SH) or witness script (P2WSH, P2SH-P2WSH) in hex. */
  readonly script: string;
}

/** No script has more keys, so that no more signatures can be of use. */
const maxSignatures = 20;

/**
 * Whether at least m distinct keys of an m-of-n address signed a message, by BIP-137 or the older
 * form. The header of a signature tells the key alone: any of BIP-137's is taken. Each signature must
 * be by a key of the script; a foreign one makes the proof invalid.
 *
 * @throws ControlError CONTROL_ADDRESS_INVALID, for an address that is none of the network
 */
export function verifyMultisigMessage(signed: MultisigMessage): Verification {
  const output = addressScript(signed.network, signed.address);
  return settleVerification(() => {
    const script = decodeHex(signed.script);
    requireCommitted(output, script);
    const multisig = parseMultisig(script);
    if (!multisig) throw notUnderstood('a script that is no m-of-n script');
    if (signed.signatures.length > maxSignatures) {
      throw new ControlError('CONTROL_ENCODING_INVALID', `more than ${maxSignatures} signatures`);
    }
    const names = new Set(multisig.keys.map(nameKey));
    const signers = signed.signatures.map((signature, index) => {
      const { key } = recoverKey(signed.message, decodeBase64(signature));
      if (names.has(nameKey(key))) return key;
      throw new ControlError(
        'CONTROL_SIGNATURE_INVALID',
        `signature ${index + 1} does not verify for a key of the script and this message`,
      );
    });
    requireDistinct(signers, multisig.required);
    return { result: 'valid', form: 'bip137' };
  });
}

function decodeHex(text: string): Uint8Array {
  if (/^([0-9a-f]{2})+$/i.test(text)) return hexToBytes(text);
  throw new ControlError('CONTROL_ENCODING_INVALID', 'the script is not hex');
}

function requireCommitted(output: Uint8Array, script: Uint8Array): void {
  const { kind, program } = classifyScript(output);
  const witnessHash = sha256(script);
  const nested = concatBytes(Uint8Array.of(0x00, 32), witnessHash);
  const isCommitted =
    kind === 'p2wsh'
      ? sameBytes(witnessHash, program)
      : kind === 'p2sh' &&
        (sameBytes(hash160(script), program) || sameBytes(hash160(nested), program));
  if (!isCommitted) {
    throw new ControlError(
      'CONTROL_SCRIPT_MISMATCH',
      'the script is not the one that the address commits to',
    );
  }
}
