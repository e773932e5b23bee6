import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { headerBytes } from './blockHeader.ts';
import { checkTransactionProof } from './checkTransactionProof.ts';
import type { ElectrumCalls } from './electrumCalls.ts';
import { blockReorganised, heightAboveTip, tipLowered } from './errors.ts';
import type { InclusionReader } from './inclusionReader.ts';

/** The protocol's own limit: servers send no more headers at once. */
const mostHeaders = 2016;

/** What an Electrum server has for evidence: headers in runs, transactions and their branches. */
export function createElectrumInclusion(
  open: (signal?: AbortSignal) => ElectrumCalls,
  source: SourceRef,
): InclusionReader {
  return {
    async readHeaders(from, count, { signal } = {}) {
      const calls = open(signal);
      const runs: Buffer[] = [];
      for (let next = from; next < from + count; ) {
        const run = await calls.readHeaders(next, Math.min(mostHeaders, from + count - next));
        if (run.length === 0) throw heightAboveTip(source, next);
        runs.push(run);
        next += run.length / headerBytes;
      }
      return Uint8Array.from(Buffer.concat(runs));
    },

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
  };
}
