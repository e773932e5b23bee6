import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { checkTransactionProof } from './checkTransactionProof.ts';
import type { ElectrumCalls } from './electrumCalls.ts';
import { blockReorganised, tipLowered } from './errors.ts';
import { coinbaseOf, type InclusionReader } from './inclusionReader.ts';

/** What an Electrum server has for evidence: transactions and their branches. */
export function createElectrumInclusion(
  open: (signal?: AbortSignal) => ElectrumCalls,
  source: SourceRef,
): InclusionReader {
  const reader: InclusionReader = {
    async readTransactionProofs(block, txids, { signal } = {}) {
      const calls = open(signal);
      const header = await calls.readHeader(block.height);
      if (header === undefined) throw tipLowered(source, block.height, block.height - 1);
      if (header.hash !== block.hash) throw blockReorganised(source, block);
      const [transactions, branches] = await Promise.all([
        calls.readTransactions(txids),
        calls.readBranches(txids, block.height),
      ]);
      return txids.map((txid, index) => {
        const [transaction, branch] = [transactions[index], branches[index]];
        if (transaction === undefined || branch?.block_height !== block.height) {
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
      });
    },

    async readCoinbase(block, context = {}) {
      const txid = await open(context.signal).readTransactionId(block.height, 0);
      return coinbaseOf(await reader.readTransactionProofs(block, [txid], context), source);
    },
  };
  return reader;
}
