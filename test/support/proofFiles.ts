import { script, type Transaction } from 'bitcoinjs-lib';
import { type Challenge, writeChallenge } from '../../src/control/challenge.ts';
import { encodeSimple, encodeWitness, type MessageSigner, signCompact } from './messageSigner.ts';
import { sampleChallenge } from './sampleChallenge.ts';

/** The text of a challenge, with what the caller changes. */
export function challengeText(changes: Partial<Challenge> = {}): string {
  return writeChallenge({ ...sampleChallenge, ...changes });
}

/** A file of proofs over a message. */
export function makeProofFile(message: string, proofs: readonly unknown[]) {
  return { schema: 'assay.proofs/1', message, proofs };
}

/** The proof of an address with one key: BIP-322, simple. */
export function singleProof(signer: MessageSigner, message: string) {
  return { address: signer.address, signature: encodeSimple(signer.sign(message)) };
}

/** The proof of a 2-of-3 address, each key by BIP-137. */
export function multisigProof(
  signer: MessageSigner,
  message: string,
  keys: readonly number[] = [0, 2],
) {
  return {
    address: signer.address,
    signatures: keys.map((key) => signCompact(signer.keys[key] ?? new Uint8Array(), message)),
    script: signer.script,
  };
}

/** As `singleProof` of a P2WPKH address, with the other s that solves the same equation. */
export function highProof(signer: MessageSigner, message: string) {
  return { address: signer.address, signature: raiseS(signer.sign(message)) };
}

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

function raiseS(signed: Transaction): string {
  const [der = new Uint8Array(), key = new Uint8Array()] = signed.ins[0]?.witness ?? [];
  const { signature, hashType } = script.signature.decode(der);
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const high = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex');
  const raised = Buffer.concat([signature.subarray(0, 32), high]);
  return `smp${encodeWitness([script.signature.encode(raised, hashType), key])}`;
}
