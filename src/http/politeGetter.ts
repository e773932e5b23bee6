import pLimit from 'p-limit';
import { Agent } from 'undici';
import { AssayError } from '../core/assayError.ts';
import { parseRetryAfter } from '../core/parseRetryAfter.ts';
import type { SourceRef } from '../core/source.ts';
import {
  sourceRateLimited,
  sourceResponseInvalid,
  sourceServerError,
  sourceUnauthorized,
} from '../core/sourceErrors.ts';
import { type AnswerBudget, createAnswerBudget } from './answerBudget.ts';
import { type Clock, waitFor } from './clock.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import type { SourceAuth } from './sourceAuth.ts';

/** GET requests to one server, never more at once, and never sooner, than it bears. */
export interface PoliteGetter {
  /**
   * The answer to one path below the base URL: 2xx, or a 4xx that the caller has to judge.
   *
   * @param maxBytes where an honest answer to this request is shorter than any
   * @throws AssayError SOURCE_*, once trying again no longer helps
   */
  get(path: string, signal?: AbortSignal, maxBytes?: number): Promise<HttpAnswer>;
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
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
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
  const share = (options.budget ?? createAnswerBudget()).openShare();
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
  let goodAnswers = 0;

  /** Judges its answer while it holds its place: none may start before the pause it asks for. */
  async function send(
    path: string,
    attempt: number,
    signal: AbortSignal | undefined,
    maxBytes: number,
  ): Promise<HttpAnswer | Failure> {
    for (let left = pausedUntil - clock.now(); left > 0; left = pausedUntil - clock.now()) {
      await waitFor(left, clock, source, signal);
    }
    const answer = await exchange({
      ...{ url: `${baseUrl}${path}`, what: path, source, dispatcher, headers },
      ...{ timeoutMs: options.timeoutMs, maxBytes, share, signal },
    });
    const asked = parseRetryAfter(answer.header('retry-after'), clock.now());
    const error = judgeStatus(answer.status, path, source, asked);
    if (error === undefined) {
      if (++goodAnswers % answersToSpeedUp === 0) {
        limit.concurrency = Math.min(concurrency, limit.concurrency + 1);
      }
      return answer;
    }
    if (!error.entry.retry || (asked ?? 0) > longestPauseSeconds) return { error };
    if (answer.status !== 429 && asked === undefined) {
      return { error, waitMs: backOff(firstBackOffMs, attempt, clock) };
    }
    pause(asked === undefined ? backOff(firstPauseMs, attempt, clock) : asked * 1000);
    return { error, waitMs: 0 };
  }

  /** Holds everybody back; only the first of several that are refused together slows us down. */
  function pause(milliseconds: number): void {
    const now = clock.now();
    if (now >= pausedUntil) limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
    goodAnswers = 0;
    pausedUntil = Math.max(pausedUntil, now + milliseconds);
  }

  async function get(
    path: string,
    signal?: AbortSignal,
    maxBytes: number = options.maxBytes,
  ): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      let failure: Failure;
      try {
        // Only sending takes a place: who waits for another attempt lets others pass.
        const outcome = await limit(() => send(path, attempt, signal, maxBytes));
        if ('body' in outcome) return outcome;
        failure = outcome;
      } catch (error) {
        if (!(error instanceof AssayError) || !error.entry.retry || signal?.aborted) throw error;
        failure = { error, waitMs: backOff(firstBackOffMs, attempt, clock) };
      }
      if (failure.waitMs === undefined || attempt >= attempts) throw failure.error;
      if (failure.waitMs > 0) await waitFor(failure.waitMs, clock, source, signal);
    }
  }

  return { get, close: () => dispatcher.destroy() };
}

/** `waitMs` is how long to wait before the next attempt; without it there is none. */
interface Failure {
  readonly error: AssayError;
  readonly waitMs?: number;
}

function judgeStatus(
  status: number,
  path: string,
  source: SourceRef,
  retryAfterSeconds: number | undefined,
): AssayError | undefined {
  if (status === 401 || status === 403) return sourceUnauthorized(source, status);
  if (status === 429) return sourceRateLimited(source, retryAfterSeconds);
  if (status >= 500) return sourceServerError(source, status, { request: path });
  if (status >= 400 || (status >= 200 && status < 300)) return undefined;
  return sourceResponseInvalid(source, `answered ${path} with HTTP ${status}, a redirection`);
}

/** Doubles with each attempt; the jitter keeps workers that failed together from coming together. */
function backOff(firstMs: number, attempt: number, clock: Clock): number {
  const full = Math.min(longestBackOffMs, firstMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + clock.random() / 2));
}

function requestHeaders(auth: SourceAuth): Readonly<Record<string, string>> {
  const headers = { accept: 'application/json, text/plain' };
  if (auth.kind !== 'password') return headers;
  const pair = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
  return { ...headers, authorization: `Basic ${pair}` };
}
