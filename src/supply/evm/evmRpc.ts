import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Agent } from 'undici';
import type { SourceRef } from '../../core/source.ts';
import {
  readingCancelled,
  sourceRateLimited,
  sourceResponseInvalid,
} from '../../core/sourceErrors.ts';
import { toAssayError } from '../../core/toAssayError.ts';
import { type AnswerBudget, createAnswerBudget } from '../../http/answerBudget.ts';
import { type PostTarget, postJson } from '../../http/postJson.ts';
import { retryDelay } from '../../http/retryDelay.ts';
import { readRpcUrl } from '../readRpcUrl.ts';
import { guardReads, type RpcCall, type SendCalls } from './guardReads.ts';
import { faultOfWholeBatch, matchAnswers, type RpcAnswer } from './matchAnswers.ts';
import { classifyRpcFault } from './rpcFault.ts';

/** JSON-RPC over HTTP with one server. */
export interface EvmRpc {
  /**
   * Sends the calls in as few HTTP requests as the server takes and answers in their order. Asks once
   * more where that may help, after as long as Retry-After says, within reason. No answer about state
   * is given of a method that ignores the block that it is asked about: see `guardReads`.
   *
   * @throws AssayError SOURCE_* unless every call has an answer
   */
  send: SendCalls;
  /** Closes connections; what is still under way fails. */
  close(): Promise<void>;
}

export interface EvmRpcOptions {
  /** With its credentials and keys. */
  readonly url: string;
  readonly source: SourceRef;
  /** For one HTTP request. */
  readonly timeoutMs: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Waits before the second try; for tests. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

/** Public servers limit batches, some to 10. */
export const callsPerBatch = 10;

/** Where the calls do not fit into one batch. */
const requestsAtOnce = 4;

const kilobyte = 1024;
/** What the answer to one call has at most; of others, what they say of one account or contract. */
const answerBytes: Readonly<Record<string, number>> = {
  eth_getLogs: 16 * 1024 * kilobyte,
  // With the hashes of its transactions.
  eth_getBlockByNumber: 2 * 1024 * kilobyte,
  eth_getBlockByHash: 2 * 1024 * kilobyte,
  eth_call: 512 * kilobyte,
};
const otherBytes = 256 * kilobyte;
const maxResponseBytes = 16 * 1024 * kilobyte;

/**
 * A JSON-RPC client whose every failure is an `AssayError` without a word of the server's. Not one of
 * viem's transports, since those sort the answers of a batch without a look at whose they are, and
 * their errors quote the URL, which holds the API key, and the body.
 */
export function createEvmRpc(options: EvmRpcOptions): EvmRpc {
  const { source, timeoutMs, wait = waitFor } = options;
  const dispatcher = new Agent({ connect: { timeout: timeoutMs } });
  const target: PostTarget = {
    ...splitCredentials(options.url),
    source,
    dispatcher,
    timeoutMs,
    maxBytes: maxResponseBytes,
    share: (options.budget ?? createAnswerBudget()).openShare(),
  };
  const limit = pLimit(requestsAtOnce);
  let lastId = 0;
  let batchSize = callsPerBatch;

  /** One HTTP request; undefined if the server does not take a batch of that size, or any. */
  async function post(
    calls: readonly RpcCall[],
    signal: AbortSignal | undefined,
  ): Promise<RpcAnswer[] | undefined> {
    const bodies = calls.map(({ method, params }) => {
      lastId += 1;
      return { jsonrpc: '2.0', id: lastId, method, params };
    });
    const single = bodies.length === 1;
    const what = [...new Set(calls.map(({ method }) => method))].join(', ');
    const bounds = calls.map(({ method }) => answerBytes[method] ?? otherBytes);
    const maxBytes = Math.min(
      maxResponseBytes,
      bounds.reduce((sum, bytes) => sum + bytes, 0),
    );
    const all = { ...target, maxBytes };
    const { status, value } = await postJson(all, what, single ? bodies[0] : bodies, signal);
    const fault = faultOfWholeBatch(value);
    if (fault && classifyRpcFault(fault) === 'rate-limited') {
      throw sourceRateLimited(source, undefined);
    }
    const ids = bodies.map(({ id }) => id);
    if (single && (status < 400 || fault)) return matchAnswers(ids, [value], source);
    if (!single && status < 400 && !fault) {
      if (!Array.isArray(value))
        throw sourceResponseInvalid(source, 'answered a batch with no list');
      return matchAnswers(ids, value, source);
    }
    if (!single && (fault || status === 400 || status === 413)) return undefined;
    throw sourceResponseInvalid(source, `answered ${what} with HTTP ${status}`);
  }

  async function postPatiently(calls: readonly RpcCall[], signal: AbortSignal | undefined) {
    try {
      return await post(calls, signal);
    } catch (thrown) {
      const error = toAssayError(thrown);
      const delay = retryDelay(error);
      if (delay === undefined) throw error;
      await pause(delay, signal);
      return post(calls, signal);
    }
  }

  async function sendAll(
    calls: readonly RpcCall[],
    signal: AbortSignal | undefined,
  ): Promise<RpcAnswer[]> {
    const size = batchSize;
    const answers = await Promise.all(
      chunk(calls, size).map((some) => limit(() => postPatiently(some, signal))),
    );
    const taken = answers.every((some) => some !== undefined);
    if (taken) return answers.flat();
    if (size === 1)
      throw sourceResponseInvalid(source, 'answered a single call as if it were many');
    batchSize = 1;
    return sendAll(calls, signal);
  }

  async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await wait(ms, signal);
    } catch (thrown) {
      throw signal?.aborted ? readingCancelled(source, signal) : toAssayError(thrown);
    }
  }

  async function send(
    calls: readonly RpcCall[],
    signal: AbortSignal | undefined,
  ): Promise<readonly RpcAnswer[]> {
    if (signal?.aborted) throw readingCancelled(source, signal);
    const answers = await sendAll(calls, signal);
    // Some servers count the calls in a batch and refuse only those that are too many.
    const refused = calls.filter((_, index) => isRateLimited(answers[index]));
    if (refused.length === 0) return answers;
    await pause(1000, signal);
    const again = await sendAll(refused, signal);
    if (again.some(isRateLimited)) throw sourceRateLimited(source, undefined);
    return answers.map((answer) => (isRateLimited(answer) ? (again.shift() ?? answer) : answer));
  }

  return {
    send: guardReads(source, send),
    close: () => dispatcher.destroy(),
  };
}

function isRateLimited(answer: RpcAnswer | undefined): boolean {
  return !!answer && 'fault' in answer && classifyRpcFault(answer.fault) === 'rate-limited';
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

function splitCredentials(text: string): Pick<PostTarget, 'url' | 'headers'> {
  const url = readRpcUrl(text);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (credentials === ':') return { url: url.href, headers: {} };
  const authorization = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  return { url: url.href, headers: { authorization } };
}

function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return sleep(ms, undefined, signal ? { signal } : {});
}
