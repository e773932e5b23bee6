import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { checkTransactionProof } from './checkTransactionProof.ts';
import type { CoreChainInfo } from './coreAnswers.ts';
import type { CoreCalls } from './coreCalls.ts';
import { blockReorganised } from './errors.ts';
import { coinbaseOf, type InclusionReader } from './inclusionReader.ts';
import { parseMerkleBlock } from './parseMerkleBlock.ts';
import { parseRawTransaction } from './rawTransaction.ts';

/**
 * What Bitcoin Core has for evidence, without an index of its transactions: the block is named with
 * each. A pruned node has the headers of all blocks, and transactions of those that it kept.
 *
 * @param readInfo checks the network
 */
export function createCoreInclusion(
  calls: CoreCalls,
  readInfo: (context: ReadContext) => Promise<CoreChainInfo>,
  source: SourceRef,
): InclusionReader {
  const reader: InclusionReader = {
    async readTransactionProofs(block, txids, context = {}) {
      await readInfo(context);
      const best = await calls.readBlockHash(block.height, context);
      if (best !== block.hash) throw blockReorganised(source, block);
      if (txids.length === 0) return [];
      // It refuses a txid that it is given twice.
      const once = [...new Set(txids)];
      const tree = parseMerkleBlock(
        Buffer.from(await calls.readTxOutProof(once, block, context), 'hex'),
      );
      if (tree?.header.hash !== block.hash) {
        throw sourceResponseInvalid(source, `gave no Merkle tree of block ${block.hash}`);
      }
      const matches = new Map(tree.matches.map((match) => [match.txid, match]));
      const raw = await calls.readRawTransactions(txids, block, context);
      return txids.map((txid, index) => {
        const transaction = parseRawTransaction(raw[index] ?? '');
        const match = matches.get(txid);
        if (transaction?.txid !== txid || match === undefined) {
          throw sourceResponseInvalid(source, `does not show transaction ${txid} in its block`);
        }
        const proof = { ...match, transaction: transaction.bytes };
        checkTransactionProof(proof, tree.header.merkleRoot, source);
        return proof;
      });
    },

    async readCoinbase(block, context = {}) {
      await readInfo(context);
      const txid = await calls.readCoinbaseId(block, context);
      return coinbaseOf(await reader.readTransactionProofs(block, [txid], context), source);
    },
  };
  return reader;
}
