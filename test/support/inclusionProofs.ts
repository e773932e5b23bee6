import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { TransactionProof } from '../../src/bitcoin/inclusionReader.ts';

/**
 * Hashes a proof on its own, apart from the code under test: the transaction is the one that it says,
 * and its branch leads to the Merkle root of the header.
 *
 * @param header 80 bytes
 */
export function expectProven(proof: TransactionProof, header: Uint8Array): void {
  let hash = hash256(proof.transaction);
  expect(Buffer.from(hash).reverse().toString('hex')).toBe(proof.txid);
  for (const [level, sibling] of proof.branch.entries()) {
    const isRight = (proof.position >> level) & 1;
    hash = hash256(Buffer.concat(isRight ? [sibling, hash] : [hash, sibling]));
  }
  expect(proof.position >> proof.branch.length).toBe(0);
  expect(hash.toString('hex')).toBe(Buffer.from(header.subarray(36, 68)).toString('hex'));
}

/** The hashes of headers that follow each other, as explorers show them. */
export function hashHeaders(headers: Uint8Array): string[] {
  const hashes: string[] = [];
  for (let at = 0; at < headers.length; at += 80) {
    hashes.push(
      hash256(headers.subarray(at, at + 80))
        .reverse()
        .toString('hex'),
    );
  }
  return hashes;
}

function hash256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();
}
