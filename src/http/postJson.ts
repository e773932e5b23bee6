import type { Dispatcher } from 'undici';
import { parseRetryAfter } from '../core/parseRetryAfter.ts';
import type { SourceRef } from '../core/source.ts';
import {
  sourceRateLimited,
  sourceResponseInvalid,
  sourceServerError,
  sourceUnauthorized,
} from '../core/sourceErrors.ts';
import type { AnswerShare } from './answerBudget.ts';
import { exchange } from './exchange.ts';
import { parseAnswerJson, readAnswerJson } from './readAnswerJson.ts';

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
  readonly share: AnswerShare;
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
  const { source, headers } = target;
  const answer = await exchange({
    ...target,
    what,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal,
  });
  const { status } = answer;
  const retryAfterSeconds = parseRetryAfter(answer.header('retry-after'), Date.now());
  if (status >= 300 && status < 400) {
    throw sourceResponseInvalid(source, `redirects elsewhere (HTTP ${status})`);
  }
  if (status === 401 || status === 403) throw sourceUnauthorized(source, status, keyAdvice);
  if (status === 429) throw sourceRateLimited(source, retryAfterSeconds);
  if (status >= 500) throw sourceServerError(source, status, { retryAfterSeconds });
  if (status < 400) return { status, value: parseAnswerJson(answer.body, source, what) };
  const reading = readAnswerJson(answer.body);
  return { status, value: reading.ok ? reading.value : undefined };
}
