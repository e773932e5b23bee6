import { concatBytes } from '@noble/hashes/utils.js';
import { compactSize } from './compactSize.ts';
import { encodeMessage } from './encodeMessage.ts';
import { hash256, taggedHash } from './hash.ts';

/** The tagged hash of a message in UTF-8, as BIP-322 commits to it. */
export function hashMessage(message: string): Uint8Array {
  return taggedHash('BIP0322-signed-message', encodeMessage(message));
}

/**
 * The id, in the byte order of the wire, of the virtual transaction `to_spend` of BIP-322, whose one
 * output has the script that signs.
 */
export function toSpendId(message: string, script: Uint8Array): Uint8Array {
  const size = compactSize(script.length);
  const bytes = new Uint8Array(93 + size.length + script.length);
  bytes[4] = 1; // one input, of the outpoint 000…000:ffffffff
  bytes.fill(0xff, 37, 41);
  bytes[41] = 34; // its scriptSig: OP_0 PUSH32
  bytes[43] = 32;
  bytes.set(hashMessage(message), 44);
  bytes[80] = 1; // one output of value 0
  bytes.set(size, 89);
  bytes.set(script, 89 + size.length);
  return hash256(bytes);
}

/** Both are the same for every message: sequence 0; one output of value 0 with OP_RETURN. */
const sequences = new Uint8Array(4);
const outputs = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 0x6a);

/**
 * The BIP-143 sighash (ALL) of `to_sign` with all its defaults for a P2WPKH key hash: the common case
 * of a simple signature, without building transactions.
 */
export function hashKeySpend(message: string, script: Uint8Array): Uint8Array {
  const outpoint = concatBytes(toSpendId(message, script), Uint8Array.of(0, 0, 0, 0));
  const bytes = new Uint8Array(182);
  bytes.set(hash256(outpoint), 4);
  bytes.set(hash256(sequences), 36);
  bytes.set(outpoint, 68);
  bytes.set([25, 0x76, 0xa9, 20], 104);
  bytes.set(script.subarray(2), 108);
  bytes.set([0x88, 0xac], 128);
  bytes.set(hash256(outputs), 142);
  bytes[178] = 1;
  return hash256(bytes);
}
