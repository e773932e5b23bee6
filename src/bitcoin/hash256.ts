import { createHash } from 'node:crypto';

/** Double SHA-256: how Bitcoin hashes headers, transactions and the nodes of Merkle trees. */
export function hash256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();
}
