import { type Dispatcher, fetch, type Response } from 'undici';
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

const keyAdvice = 'Check the API key, user and password in the RPC URL.';

/** Where to post to, and within what bounds. */
export interface PostTarget {
  /** Without credentials. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly source: SourceRef;
  readonly dispatcher: Dispatcher;
  /** For the whole of one request. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** An answer that is neither a redirect nor a refusal: 2xx, or a 4xx that may say more in JSON. */
export interface JsonReply {
  readonly status: number;
  /** Parsed and nothing else; undefined where a 4xx has no JSON. */
  readonly value: unknown;
}

/**
 * Posts JSON and reads JSON, within a time and a size.
 *
 * @param what names the request in errors
 * @throws AssayError SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_UNAUTHORIZED, SOURCE_RATE_LIMITED,
 * SOURCE_SERVER_ERROR, SOURCE_RESPONSE_INVALID, SOURCE_RESPONSE_TOO_LARGE
 */
export async function postJson(
  target: PostTarget,
  what: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<JsonReply> {
  const { source, timeoutMs } = target;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let status: number;
  let text: string;
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...target.headers },
      body: JSON.stringify(body),
      // A redirect would carry the request, and the key in its URL, to a server that nobody chose.
      redirect: 'manual',
      dispatcher: target.dispatcher,
      signal: either,
    });
    status = response.status;
    const refusal = refusalOf(response, source);
    if (refusal) {
      await response.body?.cancel();
      throw refusal;
    }
    text = await readText(response, target, what);
  } catch (thrown) {
    if (signal?.aborted) throw readingCancelled(source, signal);
    if (timeout.aborted) throw sourceTimedOut(source, what, timeoutMs);
    throw thrown instanceof AssayError ? thrown : sourceUnreachable(source, thrown);
  }
  try {
    return { status, value: JSON.parse(text) };
  } catch {
    if (status < 400) throw sourceResponseInvalid(source, `answered ${what} with no valid JSON`);
    return { status, value: undefined };
  }
}

function refusalOf(response: Response, source: SourceRef) {
  const { status } = response;
  const retryAfter = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  if (status >= 300 && status < 400) {
    return sourceResponseInvalid(source, `redirects elsewhere (HTTP ${status})`);
  }
  if (status === 401 || status === 403) return sourceUnauthorized(source, status, keyAdvice);
  if (status === 429) return sourceRateLimited(source, retryAfter);
  if (status >= 500) return sourceServerError(source, status, { retryAfterSeconds: retryAfter });
  return undefined;
}

async function readText(response: Response, target: PostTarget, what: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > target.maxBytes) throw sourceResponseTooLarge(target.source, what, target.maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
