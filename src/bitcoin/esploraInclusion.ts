import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { type BlockHeader, parseBlockHeader } from './blockHeader.ts';
import { checkTransactionProof } from './checkTransactionProof.ts';
import { blockReorganised } from './errors.ts';
import { coinbaseOf, type InclusionReader, type TransactionProof } from './inclusionReader.ts';
import type { MempoolClient } from './mempoolClient.ts';
import { parseRawTransaction } from './rawTransaction.ts';

/** Transactions that are asked for together; the getter sends as many at a time as the server bears. */
const run = 256;

/** What an Esplora or mempool server has for evidence: each transaction takes two requests. */
export function createEsploraInclusion(
  open: (signal?: AbortSignal) => Promise<MempoolClient>,
  source: SourceRef,
): InclusionReader {
  async function readHeader(
    client: MempoolClient,
    block: { readonly height: number; readonly hash: string },
  ): Promise<BlockHeader> {
    const hex = await client.readHeader(block.hash);
    if (hex === null) throw blockReorganised(source, block);
    const header = parseBlockHeader(Buffer.from(hex, 'hex'));
    if (header?.hash === block.hash) return header;
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

  const reader: InclusionReader = {
    async readTransactionProofs(block, txids, { signal } = {}) {
      const client = await open(signal);
      const best = await client.readBlockHash(block.height);
      if (best !== block.hash) throw blockReorganised(source, block);
      const header = await readHeader(client, block);
      const proofs: TransactionProof[] = [];
      for (let start = 0; start < txids.length; start += run) {
        const part = txids.slice(start, start + run);
        const read = part.map((txid) => readProof(client, block.height, txid, header));
        proofs.push(...(await Promise.all(read)));
      }
      return proofs;
    },

    async readCoinbase(block, context = {}) {
      const client = await open(context.signal);
      const txid = await client.readTransactionId(block.hash, 0);
      return coinbaseOf(await reader.readTransactionProofs(block, [txid], context), source);
    },
  };
  return reader;
}
