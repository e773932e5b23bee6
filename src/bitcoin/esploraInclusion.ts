import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { type BlockHeader, headerBytes, parseBlockHeader } from './blockHeader.ts';
import { checkTransactionProof } from './checkTransactionProof.ts';
import { blockReorganised, heightAboveTip } from './errors.ts';
import type { InclusionReader, TransactionProof } from './inclusionReader.ts';
import type { MempoolClient } from './mempoolClient.ts';
import { parseRawTransaction } from './rawTransaction.ts';

/** Headers that are asked for together; the getter sends as many at a time as the server bears. */
const run = 256;

/**
 * What an Esplora or mempool server has for evidence. It has no call for more than one header: each
 * takes two requests, by height and by hash.
 */
export function createEsploraInclusion(
  open: (signal?: AbortSignal) => Promise<MempoolClient>,
  source: SourceRef,
): InclusionReader {
  async function readHeader(client: MempoolClient, height: number): Promise<Buffer> {
    const hash = await client.readBlockHash(height);
    if (hash === null) throw heightAboveTip(source, height);
    return (await readKnown(client, { height, hash })).bytes;
  }

  async function readKnown(
    client: MempoolClient,
    block: { readonly height: number; readonly hash: string },
  ): Promise<{ readonly bytes: Buffer; readonly header: BlockHeader }> {
    const hex = await client.readHeader(block.hash);
    if (hex === null) throw blockReorganised(source, block);
    const bytes = Buffer.from(hex, 'hex');
    const header = parseBlockHeader(bytes);
    if (header?.hash === block.hash) return { bytes, header };
    throw sourceResponseInvalid(source, `gave another header for block ${block.hash}`);
  }

  async function readProof(
    client: MempoolClient,
    height: number,
    txid: string,
    header: BlockHeader,
  ): Promise<TransactionProof> {
    const [hex, branch] = await Promise.all([client.readRaw(txid), client.readMerkleProof(txid)]);
    const transaction = hex === null ? undefined : parseRawTransaction(hex);
    if (transaction?.txid !== txid || branch?.block_height !== height) {
      throw sourceResponseInvalid(source, `does not show transaction ${txid} in its block`);
    }
    const proof = {
      txid,
      transaction: transaction.bytes,
      position: branch.pos,
      branch: branch.merkle.map((hash) => Uint8Array.from(Buffer.from(hash, 'hex').reverse())),
    };
    checkTransactionProof(proof, header.merkleRoot, source);
    return proof;
  }

  return {
    async readHeaders(from, count, { signal } = {}) {
      const client = await open(signal);
      const headers = new Uint8Array(headerBytes * count);
      for (let start = 0; start < count; start += run) {
        const heights = Array.from(
          { length: Math.min(run, count - start) },
          (_, index) => from + start + index,
        );
        const read = await Promise.all(heights.map((height) => readHeader(client, height)));
        headers.set(Buffer.concat(read), headerBytes * start);
      }
      return headers;
    },

    async readTransactionProofs(block, txids, { signal } = {}) {
      const client = await open(signal);
      const best = await client.readBlockHash(block.height);
      if (best !== block.hash) throw blockReorganised(source, block);
      const { header } = await readKnown(client, block);
      const proofs: TransactionProof[] = [];
      for (let start = 0; start < txids.length; start += run) {
        const part = txids.slice(start, start + run);
        const read = part.map((txid) => readProof(client, block.height, txid, header));
        proofs.push(...(await Promise.all(read)));
      }
      return proofs;
    },
  };
}
