import type { z } from 'zod';
import type { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import {
  CoreBlock,
  CoreBlockHash,
  CoreBlockHeader,
  CoreBlockTransactions,
  CoreChainInfo,
  CoreHex,
  CoreScan,
} from './coreAnswers.ts';
import type { CoreRpc, CoreRpcAnswer, CoreRpcError } from './coreRpc.ts';
import {
  blockPruned,
  blockReorganised,
  coreBusy,
  coreRpcError,
  heightAboveTip,
  heightPruned,
  sourceNotReady,
} from './errors.ts';
import { type ScanLimits, scanTxOutSet } from './scanTxOutSet.ts';

/** How long calls may take, in milliseconds. */
export interface CoreLimits extends ScanLimits {
  /** For `getblock`, whose answer may be large. */
  readonly blockTimeoutMs: number;
}

/** The calls of Bitcoin Core's RPC that assay uses, their answers checked. */
export interface CoreCalls {
  readChainInfo(context: ReadContext): Promise<CoreChainInfo>;
  /** @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP */
  readBlockHash(height: number, context: ReadContext): Promise<string>;
  /** Undefined where the node does not know the block. */
  readHeader(hash: string, context: ReadContext): Promise<CoreBlockHeader | undefined>;
  /**
   * The block with what its inputs spent.
   * @throws AssayError BITCOIN_REORGANISED, BITCOIN_HEIGHT_PRUNED
   */
  readBlock(block: BlockRef, context: ReadContext): Promise<CoreBlock>;
  /** The id of a block's coinbase. @throws AssayError BITCOIN_REORGANISED, BITCOIN_HEIGHT_PRUNED */
  readCoinbaseId(block: Pick<ChainPoint, 'height' | 'hash'>, context: ReadContext): Promise<string>;
  /** Headers of blocks of the best chain, 80 bytes each. @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP */
  readRawHeaders(from: number, count: number, context: ReadContext): Promise<Buffer>;
  /**
   * The Merkle block (BIP 37) that shows the transactions, in hex.
   * @throws AssayError BITCOIN_REORGANISED, BITCOIN_HEIGHT_PRUNED
   */
  readTxOutProof(
    txids: readonly string[],
    block: Pick<ChainPoint, 'height' | 'hash'>,
    context: ReadContext,
  ): Promise<string>;
  /**
   * The transactions of that block, serialised, in hex.
   * @throws AssayError BITCOIN_REORGANISED, BITCOIN_HEIGHT_PRUNED
   */
  readRawTransactions(
    txids: readonly string[],
    block: Pick<ChainPoint, 'height' | 'hash'>,
    context: ReadContext,
  ): Promise<string[]>;
  /** @throws AssayError SOURCE_BUSY */
  scan(scripts: readonly string[], context: ReadContext): Promise<CoreScan>;
}

interface BlockRef {
  readonly hash: string;
  readonly height: number;
  /** The block that is being read for; only for the error. */
  readonly auditedHeight: number;
}

const megabyte = 1024 * 1024;
/** A full block with what it spent takes up to 20 MB in JSON. */
const blockBytes = 64 * megabyte;
/** All transactions of a block, by their hashes. */
const proofBytes = 8 * megabyte;
/** Headers that are asked for in one request. */
const headerRun = 500;
/** Transactions likewise: a hundred of the largest take 40 MB. */
const transactionRun = 100;

const codes = { misc: -1, notFound: -5, invalidParameter: -8, warmUp: -28 } as const;

/** Binds the calls to one node. */
export function createCoreCalls(rpc: CoreRpc, source: SourceRef, limits: CoreLimits): CoreCalls {
  /** Its result, or the error that the node's own error means. */
  function checkAnswer<T>(
    answer: CoreRpcAnswer,
    method: string,
    schema: z.ZodType<T>,
    explain: (error: CoreRpcError) => AssayError | undefined = () => undefined,
  ): T {
    if (answer.error) {
      if (answer.error.code === codes.warmUp) {
        throw sourceNotReady(source, 'is starting and does not answer calls yet');
      }
      throw explain(answer.error) ?? coreRpcError(source, method, answer.error.code);
    }
    const parsed = parseToFirstFault(schema, answer.result);
    if (parsed.success) return parsed.data;
    const place = parsed.issue.path.map(String).join('.') || 'result';
    throw sourceResponseInvalid(source, `answered ${method} with a ${place} of the wrong form`);
  }

  function call(
    method: string,
    params: readonly unknown[],
    { signal }: ReadContext,
    large?: { readonly maxBytes: number },
  ): Promise<CoreRpcAnswer> {
    const timeoutMs = large === undefined ? limits.callTimeoutMs : limits.blockTimeoutMs;
    return rpc.call(method, params, { signal, timeoutMs, ...large });
  }

  async function batch<T>(
    method: string,
    params: readonly (readonly unknown[])[],
    { signal }: ReadContext,
    schema: z.ZodType<T>,
    maxBytes: number,
    explain?: (error: CoreRpcError) => AssayError | undefined,
  ): Promise<T[]> {
    const timeoutMs = limits.blockTimeoutMs;
    const answers = await rpc.batch(method, params, { signal, timeoutMs, maxBytes });
    return answers.map((answer) => checkAnswer(answer, method, schema, explain));
  }

  function explainMissing(block: Pick<ChainPoint, 'height' | 'hash'>) {
    return (error: CoreRpcError): AssayError | undefined => {
      if (isPruned(error)) return blockPruned(source, block.height);
      // The block, or one of the transactions in it.
      return error.code === codes.notFound ? blockReorganised(source, block) : undefined;
    };
  }

  return {
    async readChainInfo(context) {
      const method = 'getblockchaininfo';
      return checkAnswer(await call(method, [], context), method, CoreChainInfo);
    },

    async readBlockHash(height, context) {
      const method = 'getblockhash';
      const answer = await call(method, [height], context);
      return checkAnswer(answer, method, CoreBlockHash, ({ code }) =>
        code === codes.invalidParameter ? heightAboveTip(source, height) : undefined,
      );
    },

    async readHeader(hash, context) {
      const method = 'getblockheader';
      const answer = await call(method, [hash], context);
      if (answer.error?.code === codes.notFound) return undefined;
      const header = checkAnswer(answer, method, CoreBlockHeader);
      if (header.hash === hash) return header;
      throw sourceResponseInvalid(source, `answered ${method} with another block's header`);
    },

    async readBlock({ hash, height, auditedHeight }, context) {
      const method = 'getblock';
      const answer = await call(method, [hash, 3], context, { maxBytes: blockBytes });
      const block = checkAnswer(answer, method, CoreBlock, ({ code, message }) => {
        if (code === codes.notFound) return blockReorganised(source, { hash, height });
        return isPruned({ code, message }) ? heightPruned(source, auditedHeight) : undefined;
      });
      if (block.hash === hash && block.height === height) return block;
      throw sourceResponseInvalid(source, `answered ${method} with another block`);
    },

    async readCoinbaseId(block, context) {
      const method = 'getblock';
      const answer = await call(method, [block.hash, 1], context, { maxBytes: proofBytes });
      const { tx } = checkAnswer(answer, method, CoreBlockTransactions, explainMissing(block));
      return tx[0] ?? '';
    },

    async readRawHeaders(from, count, context) {
      const runs: Buffer[] = [];
      for (let start = from; start < from + count; start += headerRun) {
        const heights = Array.from(
          { length: Math.min(headerRun, from + count - start) },
          (_, index) => [start + index],
        );
        const hashes = await batch(
          'getblockhash',
          heights,
          context,
          CoreBlockHash,
          megabyte,
          ({ code }) =>
            code === codes.invalidParameter ? heightAboveTip(source, start) : undefined,
        );
        const wanted = hashes.map((hash) => [hash, false]);
        const headers = await batch('getblockheader', wanted, context, CoreHex, megabyte);
        runs.push(...headers.map((header) => Buffer.from(header, 'hex')));
      }
      return Buffer.concat(runs);
    },

    async readTxOutProof(txids, block, context) {
      const method = 'gettxoutproof';
      const answer = await call(method, [txids, block.hash], context, { maxBytes: proofBytes });
      return checkAnswer(answer, method, CoreHex, explainMissing(block));
    },

    async readRawTransactions(txids, block, context) {
      const method = 'getrawtransaction';
      const transactions: string[] = [];
      for (let start = 0; start < txids.length; start += transactionRun) {
        const wanted = txids
          .slice(start, start + transactionRun)
          .map((txid) => [txid, false, block.hash]);
        transactions.push(
          ...(await batch(method, wanted, context, CoreHex, Infinity, explainMissing(block))),
        );
      }
      return transactions;
    },

    async scan(scripts, context) {
      const method = 'scantxoutset';
      const answer = await scanTxOutSet(scripts, rpc, source, limits, context);
      const scan = checkAnswer(answer, method, CoreScan);
      if (scan.success) return scan;
      throw coreBusy(source, 'had the scan for us aborted by somebody else');
    },
  };
}

/** "Block not available (pruned data)", "Undo data …": one code for much, so the text decides. */
function isPruned({ code, message }: CoreRpcError): boolean {
  return code === codes.misc && /not available|undo data/i.test(message);
}
