import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { script, Transaction } from 'bitcoinjs-lib';
import { hashKeySpend } from '../src/control/messageSpend.ts';
import { verifyMessage } from '../src/control/verifyMessage.ts';
import { createSigner, encodeWitness, type MessageSigner } from '../test/support/messageSigner.ts';
import { mainnet } from '../test/support/networks.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const proofs = 10_000;
const signers = 100;
const perRound = 100;

/**
 * Verifying 10,000 proofs of P2WPKH addresses (BIP-322, simple), each over its own message, against
 * the bare verification of the same signatures over ready hashes with the same library. Both take
 * turns in one process, a hundred proofs at a time; the undisturbed rounds of each are compared.
 */
export const benchmark: Benchmark = {
  name: 'control',
  async run(): Promise<readonly BenchmarkResult[]> {
    const cases = Array.from({ length: signers }, (_, index) =>
      createSigner('p2wpkh', `bench ${index}`),
    ).flatMap((signer, at) =>
      Array.from({ length: proofs / signers }, (_, index) =>
        makeProof(signer, at * signers + index),
      ),
    );
    const verified: number[] = [];
    const bare: number[] = [];
    for (let at = 0; at < proofs; at += perRound) {
      const round = cases.slice(at, at + perRound);
      bare.push(time(() => round.every((one) => secp256k1.verify(one.hash, one.key, one.compact))));
      verified.push(time(() => round.every((one) => verifyMessage(one.signed).result === 'valid')));
    }
    const measured = perRound / undisturbed(verified);
    const referenceValue = perRound / undisturbed(bare);
    return [
      {
        name: `verify ${proofs} proofs of control of P2WPKH addresses (BIP-322)`,
        unit: 'proofs/s',
        measured,
        reference: 'secp256k1.verify over ready hashes',
        referenceValue,
        ratio: measured / referenceValue,
        bound: 'at least',
        limit: 0.8,
      },
    ];
  },
};

function makeProof(signer: MessageSigner, index: number) {
  const [secret = new Uint8Array()] = signer.keys;
  const [key = new Uint8Array()] = signer.publicKeys;
  const message = `proof ${index}`;
  const hash = hashKeySpend(message, signer.output);
  const compact = secp256k1.sign(hash, secret);
  const der = script.signature.encode(compact, Transaction.SIGHASH_ALL);
  const signature = `smp${encodeWitness([der, key])}`;
  return {
    signed: { address: signer.address, network: mainnet, message, signature },
    hash,
    key,
    compact,
  };
}

/** Seconds for one round, all of whose proofs must hold. */
function time(work: () => boolean): number {
  const start = performance.now();
  if (!work()) throw new Error('a proof does not verify');
  return (performance.now() - start) / 1000;
}

/** The tenth percentile: what a round takes when nothing else has the processor. */
function undisturbed(seconds: readonly number[]): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}
