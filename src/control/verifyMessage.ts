import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { addressScript } from './addressScript.ts';
import { decodeBase64 } from './decodeBase64.ts';
import {
  settleVerification,
  type Timelocks,
  type ValidProof,
  type Verification,
} from './verification.ts';
import { isCompact, verifyCompact } from './verifyCompact.ts';
import { verifyFull } from './verifyFull.ts';
import { verifyFunds } from './verifyFunds.ts';
import { verifySimple } from './verifySimple.ts';

/** A message that somebody signed for an address. */
export interface SignedMessage {
  readonly address: string;
  readonly network: BitcoinNetwork;
  readonly message: string;
  /** Base64, with BIP-322's prefix (`smp`, `ful`, `pof`) or bare: BIP-322 simple or BIP-137. */
  readonly signature: string;
}

/**
 * Whether the holder of an address signed a message: BIP-322 in its version 2 (simple, full, proof of
 * funds), BIP-137 and the older "Bitcoin Signed Message" form. Trusts nothing but its input. A form
 * or script that is not understood is `inconclusive`, never `valid`.
 *
 * BIP-322 leaves the chain out: a valid proof says nothing about coins, and the further outputs of a
 * proof of funds are not evidence.
 *
 * @throws ControlError CONTROL_ADDRESS_INVALID, for an address that is none of the network
 *
 * @example
 * verifyMessage({ address: 'bc1q…', network, message: 'Hello World', signature: 'smpAkcw…' });
 * // { result: 'valid', form: 'bip322-simple' }
 */
export function verifyMessage(signed: SignedMessage): Verification {
  const script = addressScript(signed.network, signed.address);
  return settleVerification(() => verifySignature(script, signed.message, signed.signature));
}

function verifySignature(script: Uint8Array, message: string, signature: string): ValidProof {
  const body = signature.slice(3);
  switch (signature.slice(0, 3)) {
    case 'smp':
      verifySimple(script, message, decodeBase64(body));
      return { result: 'valid', form: 'bip322-simple' };
    case 'ful':
      return withLocks('bip322-full', verifyFull(script, message, decodeBase64(body)));
    case 'pof':
      return withLocks('bip322-funds', verifyFunds(script, message, decodeBase64(body)));
    default:
      return verifyBare(script, message, decodeBase64(signature));
  }
}

/** Without a prefix: a compact signature by its form, else the simple variant (BIP-322). */
function verifyBare(script: Uint8Array, message: string, bytes: Uint8Array): ValidProof {
  if (isCompact(bytes)) {
    verifyCompact(script, message, bytes);
    return { result: 'valid', form: 'bip137' };
  }
  verifySimple(script, message, bytes);
  return { result: 'valid', form: 'bip322-simple' };
}

function withLocks(form: ValidProof['form'], timelocks: Timelocks): ValidProof {
  const isLocked = timelocks.time !== 0 || timelocks.age !== 0;
  return isLocked ? { result: 'valid', form, timelocks } : { result: 'valid', form };
}
