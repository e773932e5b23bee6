import pLimit from 'p-limit';
import { Agent } from 'undici';
import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import { type Clock, waitFor } from './clock.ts';
import {
  sourceRateLimited,
  sourceResponseInvalid,
  sourceServerError,
  sourceUnauthorized,
} from './errors.ts';
import { fetchText, type HttpAnswer } from './fetchText.ts';
import type { SourceAuth } from './parseBitcoinSourceUrl.ts';
import { parseRetryAfter } from './parseRetryAfter.ts';

/** GET requests to one server, never more at once, and never sooner, than it bears. */
export interface PoliteGetter {
  /**
   * The answer to one path below the base URL: 2xx, or a 4xx that the caller has to judge.
   *
   * @throws AssayError SOURCE_*, once trying again no longer helps
   */
  get(path: string, signal?: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface PoliteGetterOptions {
  /** Without credentials and closing slash. */
  readonly baseUrl: string;
  /** User and password as HTTP's basic authentication takes them. */
  readonly auth: SourceAuth;
  readonly source: SourceRef;
  /** Requests at a time, at most. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** How often one request is sent, at most. */
  readonly attempts: number;
  readonly clock: Clock;
}

/** A server that asks for a longer pause is left alone: its answer is an error at once. */
const longestPauseSeconds = 120;
const longestBackOffMs = 8_000;
const firstBackOffMs = 250;
/** Where a server says "too often" without saying how long to wait. */
const firstPauseMs = 1_000;
/** After a 429 the concurrency is halved; so many good answers in a row raise it by one again. */
const answersToSpeedUp = 32;

/**
 * Makes a getter. Retries with exponential back-off and jitter what may pass (network failures,
 * timeouts, 5xx, 429) and nothing else. `Retry-After` holds *all* requests back, not only the one
 * that met it, and a 429 halves the concurrency.
 */
export function createPoliteGetter(options: PoliteGetterOptions): PoliteGetter {
  const { baseUrl, source, concurrency, attempts, clock } = options;
  const headers = requestHeaders(options.auth);
  const dispatcher = new Agent({ connections: concurrency });
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
  let goodAnswers = 0;

  async function send(path: string, signal?: AbortSignal): Promise<HttpAnswer> {
    for (let left = pausedUntil - clock.now(); left > 0; left = pausedUntil - clock.now()) {
      await waitFor(left, clock, source, signal);
    }
    const answer = await fetchText(`${baseUrl}${path}`, path, {
      ...options,
      dispatcher,
      headers,
      signal,
    });
    if (answer.status < 400 && ++goodAnswers % answersToSpeedUp === 0) {
      limit.concurrency = Math.min(concurrency, limit.concurrency + 1);
    }
    return answer;
  }

  /** Holds everybody back; only the first of several that are refused together slows us down. */
  function pause(milliseconds: number): void {
    const now = clock.now();
    if (now >= pausedUntil) limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
    goodAnswers = 0;
    pausedUntil = Math.max(pausedUntil, now + milliseconds);
  }

  async function get(path: string, signal?: AbortSignal): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      let failure: AssayError;
      let wait = backOff(firstBackOffMs, attempt, clock);
      try {
        // Only the sending holds a place: a request that waits its turn lets others pass.
        const answer = await limit(() => send(path, signal));
        const asked = parseRetryAfter(answer.retryAfter, clock.now());
        const problem = judgeStatus(answer.status, path, source, asked);
        if (problem === undefined) return answer;
        failure = problem;
        if (asked !== undefined && asked > longestPauseSeconds) throw failure;
        if (answer.status === 429 || (asked !== undefined && problem.entry.retry)) {
          pause(asked === undefined ? backOff(firstPauseMs, attempt, clock) : asked * 1000);
          wait = 0;
        }
      } catch (error) {
        if (!(error instanceof AssayError) || signal?.aborted) throw error;
        failure = error;
      }
      if (!failure.entry.retry || attempt >= attempts) throw failure;
      if (wait > 0) await waitFor(wait, clock, source, signal);
    }
  }

  return { get, close: () => dispatcher.destroy() };
}

function judgeStatus(
  status: number,
  path: string,
  source: SourceRef,
  retryAfterSeconds: number | undefined,
): AssayError | undefined {
  if (status === 401 || status === 403) return sourceUnauthorized(source, status);
  if (status === 429) return sourceRateLimited(source, retryAfterSeconds);
  if (status >= 500) return sourceServerError(source, path, status);
  if (status >= 400 || (status >= 200 && status < 300)) return undefined;
  return sourceResponseInvalid(source, `answered ${path} with HTTP ${status}, a redirection`);
}

/** Doubles with each attempt; the jitter keeps workers that failed together from coming together. */
function backOff(firstMs: number, attempt: number, clock: Clock): number {
  const full = Math.min(longestBackOffMs, firstMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + clock.random() / 2));
}

function requestHeaders(auth: SourceAuth): Readonly<Record<string, string>> {
  const headers = { accept: 'application/json, text/plain', 'user-agent': 'assay' };
  if (auth.kind !== 'password') return headers;
  const pair = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
  return { ...headers, authorization: `Basic ${pair}` };
}
