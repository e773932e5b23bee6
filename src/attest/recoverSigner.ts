import type { Address, Hex } from 'viem';
import { recoverAddress } from 'viem/utils';
import type { Digest } from '../core/canonicalJson.ts';
import { badSignature } from './errors.ts';

/** Order of secp256k1 (SEC 2). */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * The address whose key signed the digest, with its EIP-55 checksum. Exactly one form of a signature
 * is taken: 65 bytes in lower-case hex, r and s in range, s low (EIP-2), v 27 or 28. Any other would
 * let strangers change an attestation without breaking it.
 *
 * @throws AssayError ATTESTATION_SIGNATURE_INVALID
 */
export async function recoverSigner(digest: Digest, signature: string): Promise<Address> {
  const hex = checkForm(signature);
  try {
    return await recoverAddress({ hash: digest, signature: hex });
  } catch (cause) {
    throw badSignature('belongs to no key', cause);
  }
}

function checkForm(signature: string): Hex {
  if (!/^0x[0-9a-f]{130}$/.test(signature)) throw badSignature('is not 65 bytes in lower-case hex');
  const r = BigInt(`0x${signature.slice(2, 66)}`);
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.slice(130);
  if (r === 0n || r >= order || s === 0n || s >= order) throw badSignature('is out of range');
  if (s > order / 2n) throw badSignature('has a high s');
  if (v !== '1b' && v !== '1c') throw badSignature('has a v other than 27 and 28');
  return `0x${signature.slice(2)}`;
}
