import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Agent } from 'undici';
import { parseRetryAfter } from '../core/parseRetryAfter.ts';
import type { JsonReading } from '../core/readJson.ts';
import type { SourceRef } from '../core/source.ts';
import {
  readingCancelled,
  sourceRateLimited,
  sourceResponseInvalid,
  sourceServerError,
  sourceUnauthorized,
} from '../core/sourceErrors.ts';
import { toAssayError } from '../core/toAssayError.ts';
import { type AnswerBudget, createAnswerBudget } from '../http/answerBudget.ts';
import { exchange, type HttpAnswer } from '../http/exchange.ts';
import { answerJsonRefused, readAnswerJson } from '../http/readAnswerJson.ts';
import { retryDelay } from '../http/retryDelay.ts';
import { readRpcUrl } from './readRpcUrl.ts';

/** One request to an API that speaks JSON: a POST where it has a body, else a GET. */
export interface JsonRequest {
  /** Names the request in errors. */
  readonly what: string;
  /** Below the base URL, with its query, everything in it percent-encoded. */
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** 2xx, or a refusal that the caller has to judge. */
export interface JsonAnswer {
  readonly status: number;
  /** Parsed and nothing else; undefined where a refusal has no JSON. */
  readonly value: unknown;
  /** A header, as sent. @param name in lower case */
  header(name: string): string | undefined;
}

/** JSON over HTTP with one server. */
export interface JsonClient {
  /**
   * Asks, and once more where that may help, after as long as Retry-After says, within reason.
   *
   * @throws AssayError SOURCE_* for all but 2xx and the 4xx that mean something of their own
   */
  ask(request: JsonRequest, signal?: AbortSignal): Promise<JsonAnswer>;
  /** Closes connections; what is still under way fails. */
  close(): Promise<void>;
}

export interface JsonClientOptions {
  /** With its credentials and keys; its path and query are kept, its fragment is not sent. */
  readonly url: string;
  readonly source: SourceRef;
  /** For one HTTP request. */
  readonly timeoutMs: number;
  /** Of one answer, after decompression. */
  readonly maxBytes: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Whether a 5xx is an answer all the same; none is unless told. */
  readonly isAnswer?: (value: unknown) => boolean;
  /** Waits before the second try; for tests. */
  readonly wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
}

const requestsAtOnce = 5;
const keyAdvice = 'Check the API key, user and password in the URL.';

/**
 * A client whose every failure is an `AssayError` without a word of the server's. Redirects are not
 * followed: they would carry the request, and the key in its URL, to a server that nobody chose.
 *
 * @throws AssayError SOURCE_URL_INVALID
 */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const { source, timeoutMs, maxBytes, isAnswer, wait = waitFor } = options;
  const base = readRpcUrl(options.url);
  const authorization = takeCredentials(base);
  const dispatcher = new Agent({ connect: { timeout: timeoutMs } });
  const share = (options.budget ?? createAnswerBudget()).openShare();
  const limit = pLimit(requestsAtOnce);

  async function send(request: JsonRequest, signal: AbortSignal | undefined): Promise<JsonAnswer> {
    const { what, path = '', body, headers } = request;
    const answer = await exchange({
      url: addressOf(base, path),
      what,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...{ source, dispatcher, timeoutMs, maxBytes, share, signal },
    });
    return judge(answer, readAnswerJson(answer.body), what);
  }

  function judge(
    { status, header, body }: HttpAnswer,
    json: JsonReading,
    what: string,
  ): JsonAnswer {
    const retryAfterSeconds = parseRetryAfter(header('retry-after'), Date.now());
    if (status >= 300 && status < 400) {
      throw sourceResponseInvalid(source, `redirects elsewhere (HTTP ${status})`);
    }
    if (status === 401 || status === 403) throw sourceUnauthorized(source, status, keyAdvice);
    if (status === 429) throw sourceRateLimited(source, retryAfterSeconds);
    if (status >= 500 && !(json.ok && isAnswer?.(json.value))) {
      throw sourceServerError(source, status, { request: what, retryAfterSeconds });
    }
    if (json.ok) return { status, value: json.value, header };
    if (status < 400) throw answerJsonRefused(json, source, what, body);
    return { status, value: undefined, header };
  }

  return {
    async ask(request, signal) {
      try {
        return await limit(() => send(request, signal));
      } catch (thrown) {
        const error = toAssayError(thrown);
        const delay = retryDelay(error);
        if (delay === undefined || signal?.aborted) throw error;
        await wait(delay, signal).catch((reason: unknown) => {
          throw signal?.aborted ? readingCancelled(source, signal) : toAssayError(reason);
        });
        return limit(() => send(request, signal));
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** The path below the base's own; the base's query, which may hold a key, comes after the path's. */
function addressOf(base: URL, path: string): string {
  const cut = path.indexOf('?');
  const own = cut === -1 ? path : path.slice(0, cut);
  const queries = [cut === -1 ? '' : path.slice(cut + 1), base.search.slice(1)].filter(Boolean);
  const folder = own === '' ? base.pathname : base.pathname.replace(/\/+$/, '');
  return `${base.origin}${folder}${own}${queries.length === 0 ? '' : `?${queries.join('&')}`}`;
}

/** The user and password of the URL as HTTP's basic authentication takes them. */
function takeCredentials(url: URL): string | undefined {
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return pair === ':' ? undefined : `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return sleep(ms, undefined, signal ? { signal } : {});
}
