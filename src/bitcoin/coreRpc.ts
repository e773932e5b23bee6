import { readFile } from 'node:fs/promises';
import { errors, Pool } from 'undici';
import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { parseRetryAfter } from '../core/parseRetryAfter.ts';
import type { SourceRef } from '../core/source.ts';
import {
  readingCancelled,
  sourceRateLimited,
  sourceResponseInvalid,
  sourceResponseTooLarge,
  sourceServerError,
  sourceTimedOut,
  sourceUnauthorized,
  sourceUnreachable,
} from '../core/sourceErrors.ts';
import type { SourceAuth } from '../http/sourceAuth.ts';
import { coreBusy, coreCookieUnreadable, coreRpcError } from './errors.ts';
import type { BitcoinSourceUrl } from './parseBitcoinSourceUrl.ts';
import { quoteAmounts } from './quoteAmounts.ts';

/** An error of the JSON-RPC interface: the code for decisions; the text is the node's own. */
export interface CoreRpcError {
  readonly code: number;
  readonly message: string;
}

/** What the node answered: a result that nobody has checked yet, or an error of its own. */
export type CoreRpcAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly result?: undefined; readonly error: CoreRpcError };

export interface CoreCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, its answer's last byte included. */
  readonly timeoutMs: number;
}

/** Bitcoin Core's JSON-RPC interface. */
export interface CoreRpc {
  /**
   * One call. Amounts in the result are text (see `quoteAmounts`).
   *
   * @throws AssayError SOURCE_* unless the node answers JSON-RPC
   */
  call(
    method: string,
    params: readonly unknown[],
    options: CoreCallOptions,
  ): Promise<CoreRpcAnswer>;
  /**
   * Calls of one method in one request, answered in their order.
   *
   * @throws AssayError SOURCE_* unless the node answers each with JSON-RPC
   */
  batch(
    method: string,
    params: readonly (readonly unknown[])[],
    options: CoreCallOptions,
  ): Promise<CoreRpcAnswer[]>;
  /** Closes the connections; calls under way fail. */
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;

const Envelope = z.object({
  // JSON-RPC 2.0 leaves out the one of the two that does not apply; older nodes write null.
  result: z.unknown().optional(),
  error: z.object({ code: z.int(), message: z.string() }).nullish(),
  id: z.literal(1),
});
const BatchEnvelopes = z.array(Envelope.extend({ id: z.int() }));

/**
 * A client for one node, with connections of its own that are kept alive, and no time limit but each
 * call's: `scantxoutset` sends its first byte when it has ended, which may take many minutes.
 *
 * @param options.maxAnswerBytes larger answers are refused unread
 */
export function createCoreRpc(
  url: BitcoinSourceUrl,
  options: { readonly maxAnswerBytes: number },
): CoreRpc {
  const { source, baseUrl } = url;
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, {
    connections: 4,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: options.maxAnswerBytes,
    connect: { timeout: connectTimeoutMs },
  });
  let credentials: string | undefined;

  async function post(body: string, signal: AbortSignal): Promise<HttpAnswer> {
    credentials ??= await readCredentials(source, url.auth);
    const used = credentials;
    const answer = await send(used);
    if (answer.status !== 401 || url.auth.kind !== 'cookie') return answer;
    // The node writes a new cookie each time it starts.
    credentials = await readCredentials(source, url.auth);
    return credentials === used ? answer : send(credentials);

    async function send(userAndPassword: string): Promise<HttpAnswer> {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (userAndPassword !== '') {
        headers.authorization = `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
      }
      const response = await pool.request({
        path: pathname,
        method: 'POST',
        headers,
        body,
        signal,
      });
      return {
        status: response.statusCode,
        retryAfter: response.headers['retry-after'],
        text: await response.body.text(),
      };
    }
  }

  async function exchange(
    method: string,
    message: unknown,
    { signal, timeoutMs }: CoreCallOptions,
  ): Promise<HttpAnswer> {
    if (signal?.aborted) throw readingCancelled(source, signal);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      const either = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
      return await post(JSON.stringify(message), either);
    } catch (thrown) {
      if (signal?.aborted) throw readingCancelled(source, signal);
      if (timeout.signal.aborted) throw sourceTimedOut(source, method, timeoutMs);
      throw networkError(source, method, thrown, options.maxAnswerBytes);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async call(method, params, settings) {
      const message = { jsonrpc: '2.0', id: 1, method, params };
      return readAnswer(source, method, await exchange(method, message, settings));
    },
    async batch(method, params, settings) {
      const messages = params.map((one, id) => ({ jsonrpc: '2.0', id, method, params: one }));
      return readBatch(source, method, params.length, await exchange(method, messages, settings));
    },
    async close() {
      await pool.destroy();
    },
  };
}

interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  readonly text: string;
}

/** `user:password`, or nothing at all. */
async function readCredentials(source: SourceRef, auth: SourceAuth): Promise<string> {
  switch (auth.kind) {
    case 'none':
      return '';
    case 'password':
      return `${auth.user}:${auth.password}`;
    case 'cookie':
      try {
        return (await readFile(auth.file, 'utf8')).trim();
      } catch (thrown) {
        const reason =
          thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
        throw coreCookieUnreadable(source, reason);
      }
  }
}

function readBatch(
  source: SourceRef,
  method: string,
  count: number,
  answer: HttpAnswer,
): CoreRpcAnswer[] {
  const { data } = BatchEnvelopes.safeParse(parseJson(answer.text));
  // One answer to the whole is an error, and what it means is the same as for a single call.
  if (data === undefined) {
    const { error } = readAnswer(source, method, answer);
    if (error) throw coreRpcError(source, method, error.code);
  }
  const answers: CoreRpcAnswer[] = [];
  for (const { id, result, error } of data ?? []) {
    if (error) answers[id] = { error };
    else if (result !== undefined) answers[id] = { result };
  }
  const complete = Array.from({ length: count }, (_, id) => answers[id]);
  if (data?.length === count && complete.every((one) => one !== undefined)) return complete;
  throw sourceResponseInvalid(source, `did not answer each ${method} of a batch once`);
}

function readAnswer(source: SourceRef, method: string, answer: HttpAnswer): CoreRpcAnswer {
  const { status } = answer;
  if (status === 401 || status === 403) throw sourceUnauthorized(source, status);
  if (status === 429) {
    throw sourceRateLimited(source, parseRetryAfter(answer.retryAfter, Date.now()));
  }
  const envelope = Envelope.safeParse(parseJson(answer.text));
  // Core before 28 answers errors with 500, 404 or 400; since then with 200, as JSON-RPC 2.0 asks.
  if (envelope.data?.error) return { error: envelope.data.error };
  if (status === 503 && /work queue/i.test(answer.text)) {
    throw coreBusy(source, 'has no room in its queue of calls (HTTP 503)');
  }
  if (status >= 500) throw sourceServerError(source, status, { request: method });
  if (status !== 200) {
    throw sourceResponseInvalid(source, `answered ${method} with HTTP ${status}`);
  }
  if (!envelope.success || envelope.data.result === undefined) {
    throw sourceResponseInvalid(source, `answered ${method} with something else than JSON-RPC`);
  }
  return { result: envelope.data.result };
}

/** The value, or undefined: the parser's own message would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(quoteAmounts(text));
  } catch {
    return undefined;
  }
}

function networkError(
  source: SourceRef,
  method: string,
  thrown: unknown,
  maxBytes: number,
): unknown {
  if (thrown instanceof AssayError || !(thrown instanceof Error) || !('code' in thrown)) {
    return thrown;
  }
  if (thrown.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return sourceResponseTooLarge(source, method, maxBytes);
  }
  if (thrown instanceof errors.ConnectTimeoutError) {
    return sourceTimedOut(source, 'a connection', connectTimeoutMs);
  }
  if (thrown.name === 'HTTPParserError' || thrown instanceof errors.HeadersOverflowError) {
    return sourceResponseInvalid(source, `answered ${method} with something else than HTTP`);
  }
  return sourceUnreachable(source, thrown);
}
