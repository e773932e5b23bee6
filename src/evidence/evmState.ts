import { bytesToHex, type Hex, keccak256 } from 'viem';
import { evmProofInvalid } from './evmErrors.ts';
import { decodeRlp, readRlpBytes, readRlpInteger } from './evmRlp.ts';
import { readEvmTrie } from './evmTrie.ts';

/**
 * The root of a contract's storage, proven under a state root.
 *
 * @param address 20 bytes
 * @throws AssayError EVIDENCE_PROOF_INVALID, also if the proof shows that there is no such account, or
 * one without code
 */
export function readStorageRoot(stateRoot: Hex, address: Hex, proof: readonly Hex[]): Hex {
  const what = `the account proof of ${address}`;
  const value = readEvmTrie(stateRoot, address, proof, what);
  if (value === null) throw evmProofInvalid(`${what} shows that there is no such account`);
  const account = decodeRlp(bytesToHex(value));
  const items = account instanceof Uint8Array || account?.length !== 4 ? [] : account;
  const [nonce, balance, root, code] = items;
  const storageRoot = readRlpBytes(root, 32);
  const codeHash = readRlpBytes(code, 32);
  if (
    readRlpInteger(nonce, 8) === undefined ||
    readRlpInteger(balance, 32) === undefined ||
    storageRoot === undefined ||
    codeHash === undefined
  ) {
    throw evmProofInvalid(`${what} leads to something that is no account`);
  }
  if (codeHash === keccak256('0x')) {
    throw evmProofInvalid(`${what} shows an account without code, which is no token`);
  }
  return storageRoot;
}

/**
 * The value of a storage slot, proven under a storage root: 0 if the proof shows that nothing is there.
 *
 * @param slot 32 bytes
 * @throws AssayError EVIDENCE_PROOF_INVALID
 */
export function readStorageSlot(storageRoot: Hex, slot: Hex, proof: readonly Hex[]): bigint {
  const what = `the storage proof of slot ${slot}`;
  const value = readEvmTrie(storageRoot, slot, proof, what);
  if (value === null) return 0n;
  const amount = readRlpInteger(decodeRlp(bytesToHex(value)), 32);
  // A zero is never written down: the slot is taken out of the trie.
  if (amount === undefined || amount === 0n) {
    throw evmProofInvalid(`${what} leads to something that is no value of a slot`);
  }
  return amount;
}
