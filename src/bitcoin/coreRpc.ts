import { readFile } from 'node:fs/promises';
import { Pool } from 'undici';
import { z } from 'zod';
import { parseRetryAfter } from '../core/parseRetryAfter.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { SourceRef } from '../core/source.ts';
import {
  sourceRateLimited,
  sourceResponseInvalid,
  sourceServerError,
  sourceUnauthorized,
} from '../core/sourceErrors.ts';
import { type AnswerBudget, createAnswerBudget } from '../http/answerBudget.ts';
import { exchange, type HttpAnswer } from '../http/exchange.ts';
import { answerJsonRefused, readAnswerJson } from '../http/readAnswerJson.ts';
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
  /** Larger answers are refused; small ones that most calls give, unless told. */
  readonly maxBytes?: number;
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
/** Enough for whatever has no list in it. */
const smallBytes = 64 * 1024;

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
 * @param options.maxAnswerBytes no answer may have more, whatever is asked
 * @param options.budget that of the run; its own unless told
 */
export function createCoreRpc(
  url: BitcoinSourceUrl,
  options: { readonly maxAnswerBytes: number; readonly budget?: AnswerBudget | undefined },
): CoreRpc {
  const { source, baseUrl } = url;
  const pool = new Pool(new URL(baseUrl).origin, {
    connections: 4,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs },
  });
  const share = (options.budget ?? createAnswerBudget()).openShare();
  let credentials: string | undefined;

  async function post(
    method: string,
    message: unknown,
    { signal, timeoutMs, ...settings }: CoreCallOptions,
  ): Promise<HttpAnswer> {
    const maxBytes = Math.min(settings.maxBytes ?? smallBytes, options.maxAnswerBytes);
    credentials ??= await readCredentials(source, url.auth);
    const used = credentials;
    const answer = await send(used);
    if (answer.status !== 401 || url.auth.kind !== 'cookie') return answer;
    // The node writes a new cookie each time it starts.
    credentials = await readCredentials(source, url.auth);
    return credentials === used ? answer : send(credentials);

    function send(userAndPassword: string): Promise<HttpAnswer> {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (userAndPassword !== '') {
        headers.authorization = `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
      }
      return exchange({
        ...{ url: baseUrl, what: method, source, dispatcher: pool, headers },
        ...{ body: JSON.stringify(message), timeoutMs, maxBytes, share, signal },
      });
    }
  }

  return {
    async call(method, params, settings) {
      const message = { jsonrpc: '2.0', id: 1, method, params };
      return readAnswer(source, method, await post(method, message, settings));
    },
    async batch(method, params, settings) {
      const messages = params.map((one, id) => ({ jsonrpc: '2.0', id, method, params: one }));
      return readBatch(source, method, params.length, await post(method, messages, settings));
    },
    async close() {
      await pool.destroy();
    },
  };
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
  const parsed = parseToFirstFault(BatchEnvelopes, parseJson(answer.body, source, method));
  const data = parsed.success ? parsed.data : undefined;
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
    throw sourceRateLimited(source, parseRetryAfter(answer.header('retry-after'), Date.now()));
  }
  const envelope = Envelope.safeParse(parseJson(answer.body, source, method));
  // Core before 28 answers errors with 500, 404 or 400; since then with 200, as JSON-RPC 2.0 asks.
  if (envelope.data?.error) return { error: envelope.data.error };
  if (status === 503 && /work queue/i.test(answer.body)) {
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

/** The value; undefined for what is no JSON. @throws AssayError SOURCE_RESPONSE_TOO_LARGE */
function parseJson(text: string, source: SourceRef, method: string): unknown {
  const quoted = quoteAmounts(text);
  const reading = readAnswerJson(quoted);
  if (reading.ok) return reading.value;
  if (reading.fault.kind === 'syntax') return undefined;
  throw answerJsonRefused(reading, source, method, quoted);
}
