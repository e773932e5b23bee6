import type { z } from 'zod';
import type { AssayError } from '../core/assayError.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid, sourceRpcError } from '../core/sourceErrors.ts';
import { type BlockHeader, parseBlockHeader } from './blockHeader.ts';
import {
  ElectrumHeader,
  ElectrumHeaders,
  ElectrumHistory,
  ElectrumMerkle,
  ElectrumTip,
  ElectrumTransaction,
  ElectrumTransactionId,
  type ElectrumUnspent,
  ElectrumUnspents,
} from './electrumAnswers.ts';
import { type ElectrumAnswer, isTooLarge } from './electrumLine.ts';
import type { ElectrumRpc } from './electrumRpc.ts';
import { electrumHistoryRefused } from './errors.ts';
import { parseRawTransaction, type RawTransaction } from './rawTransaction.ts';
import { electrumScriptHash } from './scriptHash.ts';

/** The calls that readings take, their answers checked. Lists go out in arrays of requests. */
export interface ElectrumCalls {
  /** Subscribes as well: the protocol has no other call for it. News are ignored. */
  readTip(): Promise<BlockHeader & { readonly height: number }>;
  /** Undefined where the server has no block of that height. */
  readHeader(height: number): Promise<BlockHeader | undefined>;
  /** Up to so many headers, 80 bytes each; fewer where the chain or the server's limit ends. */
  readHeaders(from: number, count: number): Promise<Buffer>;
  /** Per script (hex): its history, or why the server refuses it. */
  readHistories(scripts: readonly string[]): Promise<(ElectrumHistory | AssayError)[]>;
  readUnspents(scripts: readonly string[]): Promise<(readonly ElectrumUnspent[] | AssayError)[]>;
  /** Each has the txid that was asked for; undefined where the server does not know it. */
  readTransactions(txids: readonly string[]): Promise<(RawTransaction | undefined)[]>;
  /** The id of the transaction at a place of a block. */
  readTransactionId(height: number, position: number): Promise<string>;
  readBranches(txids: readonly string[], height: number): Promise<ElectrumMerkle[]>;
}

/** Binds the calls to one server. @param signal ends all calls made through these */
export function createElectrumCalls(
  rpc: ElectrumRpc,
  source: SourceRef,
  signal?: AbortSignal,
): ElectrumCalls {
  /** Each script is asked for three times. */
  const names = new Map<string, string>();
  function nameOf(script: string): string {
    const name = names.get(script) ?? electrumScriptHash(script);
    names.set(script, name);
    return name;
  }

  async function callOne(method: string, params: readonly unknown[]): Promise<ElectrumAnswer> {
    const [answer] = await rpc.call([{ method, params }], signal);
    return answer ?? refuse(method, 'did not answer');
  }

  function callEach(method: string, params: readonly (readonly unknown[])[]) {
    return rpc.call(
      params.map((one) => ({ method, params: one })),
      signal,
    );
  }

  function check<T>({ result, error }: ElectrumAnswer, schema: z.ZodType<T>, method: string): T {
    if (error) throw sourceRpcError(source, method, error.code);
    const parsed = parseToFirstFault(schema, result);
    if (parsed.success) return parsed.data;
    const place = parsed.issue.path.map(String).join('.') || 'result';
    throw sourceResponseInvalid(source, `answered ${method} with a ${place} of the wrong form`);
  }

  function refuse(method: string, what: string): never {
    throw sourceResponseInvalid(source, `${what} ${method}`);
  }

  function readHeaderText(hex: string, method: string): BlockHeader {
    return parseBlockHeader(Buffer.from(hex, 'hex')) ?? refuse(method, 'gave no header to');
  }

  async function readOfScripts<T>(
    method: string,
    scripts: readonly string[],
    schema: z.ZodType<T>,
  ): Promise<(T | AssayError)[]> {
    const answers = await callEach(
      method,
      scripts.map((script) => [nameOf(script)]),
    );
    return answers.map((answer, index) =>
      answer.error && isTooLarge(answer.error)
        ? electrumHistoryRefused(source, scripts[index] ?? '')
        : check(answer, schema, method),
    );
  }

  return {
    async readTip() {
      const method = 'blockchain.headers.subscribe';
      const { height, hex } = check(await callOne(method, []), ElectrumTip, method);
      return { ...readHeaderText(hex, method), height };
    },

    async readHeader(height) {
      const method = 'blockchain.block.header';
      const answer = await callOne(method, [height]);
      // One error for all that is wrong with a height; the callers compare with the tip.
      if (answer.error) return undefined;
      return readHeaderText(check(answer, ElectrumHeader, method), method);
    },

    async readHeaders(from, count) {
      const method = 'blockchain.block.headers';
      const headers = check(await callOne(method, [from, count]), ElectrumHeaders, method);
      return headers.length <= 80 * count ? headers : refuse(method, 'gave too many headers to');
    },

    readHistories: (scripts) =>
      readOfScripts('blockchain.scripthash.get_history', scripts, ElectrumHistory),

    readUnspents: (scripts) =>
      readOfScripts('blockchain.scripthash.listunspent', scripts, ElectrumUnspents),

    async readTransactions(txids) {
      const method = 'blockchain.transaction.get';
      const answers = await callEach(
        method,
        txids.map((txid) => [txid]),
      );
      return answers.map((answer, index) => {
        // The daemon's error, whose code differs between servers: replaced or reorganised away.
        if (answer.error) return undefined;
        const transaction = parseRawTransaction(check(answer, ElectrumTransaction, method));
        if (transaction?.txid === txids[index]) return transaction;
        return refuse(method, 'gave another transaction to');
      });
    },

    async readTransactionId(height, position) {
      const method = 'blockchain.transaction.id_from_pos';
      return check(await callOne(method, [height, position]), ElectrumTransactionId, method);
    },

    async readBranches(txids, height) {
      const method = 'blockchain.transaction.get_merkle';
      const answers = await callEach(
        method,
        txids.map((txid) => [txid, height]),
      );
      return answers.map((answer) => check(answer, ElectrumMerkle, method));
    },
  };
}
