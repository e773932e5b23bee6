import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Agent } from 'undici';
import type { SourceRef } from '../core/source.ts';
import { readingCancelled } from '../core/sourceErrors.ts';
import { toAssayError } from '../core/toAssayError.ts';
import { type AnswerBudget, createAnswerBudget } from '../http/answerBudget.ts';
import { type JsonReply, type PostTarget, postJson } from '../http/postJson.ts';
import { retryDelay } from '../http/retryDelay.ts';
import { readRpcUrl } from './readRpcUrl.ts';

/** One POST request of JSON. */
export interface JsonPost {
  /** Below the server's URL, such as `/walletsolidity/getnowblock`; empty for the URL itself. */
  readonly path: string;
  readonly body: unknown;
  /** Names the request in errors. */
  readonly what: string;
}

/** Posts JSON to one server. */
export interface PatientPoster {
  /**
   * Sends the request and gives its answer to `read`. Asks once more where that may help, also when it
   * is `read` that throws such an error, after as long as Retry-After says, within reason.
   *
   * @throws AssayError SOURCE_*, and what `read` throws
   */
  post<T>(request: JsonPost, read: (reply: JsonReply) => T, signal?: AbortSignal): Promise<T>;
  /** Closes connections; what is still under way fails. */
  close(): Promise<void>;
}

export interface PatientPosterOptions {
  /** With its credentials and keys; its query is kept behind every path. */
  readonly url: string;
  readonly source: SourceRef;
  /** For one HTTP request. */
  readonly timeoutMs: number;
  /** Of one answer. */
  readonly maxBytes: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Waits before the second try; for tests. */
  readonly wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
}

const requestsAtOnce = 6;

/**
 * Makes a poster, whose every failure is an `AssayError` that shows neither key nor body.
 *
 * @throws AssayError SOURCE_URL_INVALID
 */
export function createPatientPoster(options: PatientPosterOptions): PatientPoster {
  const { source, timeoutMs, maxBytes, wait = waitFor } = options;
  const { base, headers } = splitCredentials(options.url);
  const dispatcher = new Agent({ connect: { timeout: timeoutMs } });
  const share = (options.budget ?? createAnswerBudget()).openShare();
  const limit = pLimit(requestsAtOnce);

  function target(path: string): PostTarget {
    const url = new URL(base);
    if (path !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
    return { url: url.href, headers, source, dispatcher, timeoutMs, maxBytes, share };
  }

  return {
    async post(request, read, signal) {
      const { path, body, what } = request;
      const once = () =>
        limit(async () => {
          if (signal?.aborted) throw readingCancelled(source, signal);
          return read(await postJson(target(path), what, body, signal));
        });
      try {
        return await once();
      } catch (thrown) {
        const error = toAssayError(thrown);
        const delay = signal?.aborted ? undefined : retryDelay(error);
        if (delay === undefined) throw error;
        await pauseReading(delay, source, signal, wait);
        return once();
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/**
 * Waits, unless the caller gives up on the reading.
 *
 * @throws AssayError SOURCE_TIMEOUT
 */
export async function pauseReading(
  ms: number,
  source: SourceRef,
  signal: AbortSignal | undefined,
  wait: PatientPosterOptions['wait'] = waitFor,
): Promise<void> {
  try {
    await wait(ms, signal);
  } catch (thrown) {
    throw signal?.aborted ? readingCancelled(source, signal) : toAssayError(thrown);
  }
}

function splitCredentials(text: string): {
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
} {
  const base = readRpcUrl(text);
  const credentials = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
  base.username = '';
  base.password = '';
  base.hash = '';
  if (credentials === ':') return { base, headers: {} };
  const authorization = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  return { base, headers: { authorization } };
}

function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return sleep(ms, undefined, signal ? { signal } : {});
}
