import { type Dispatcher, errors, fetch } from 'undici';
import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import {
  readingCancelled,
  sourceResponseInvalid,
  sourceResponseTooLarge,
  sourceTimedOut,
  sourceUnreachable,
} from './errors.ts';

/** An HTTP answer as it came: any status, and the body as text. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The `Retry-After` header, as sent. */
  readonly retryAfter: string | null;
}

/** How one GET is made. */
export interface FetchTextOptions {
  readonly source: SourceRef;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  /** For everything, from the connection to the last byte. */
  readonly timeoutMs: number;
  /** Of the body, after decompression. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One GET request, tried once. Redirects are not followed: where the API is, is for the user to say.
 *
 * @param url without credentials
 * @param what the request, as an error may name it
 * @throws AssayError SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_RESPONSE_TOO_LARGE, and
 * SOURCE_RESPONSE_INVALID for what is no HTTP or no UTF-8
 */
export async function fetchText(
  url: string,
  what: string,
  options: FetchTextOptions,
): Promise<HttpAnswer> {
  const { source, dispatcher, headers, timeoutMs, signal } = options;
  if (signal?.aborted) throw readingCancelled(source, signal);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      dispatcher,
      headers,
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return {
      status: response.status,
      body: await readBody(response.body, what, options),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    if (signal?.aborted) throw readingCancelled(source, signal);
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (timeout.aborted || isTimeout(cause)) throw sourceTimedOut(source, what, timeoutMs);
    if (isNoHttp(cause)) {
      throw sourceResponseInvalid(source, `answered ${what} with something that is not HTTP`);
    }
    throw sourceUnreachable(source, cause);
  }
}

async function readBody(
  body: AsyncIterable<Uint8Array> | null,
  what: string,
  { source, maxBytes }: FetchTextOptions,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw sourceResponseTooLarge(source, what, maxBytes);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw sourceResponseInvalid(source, `answered ${what} with bytes that are not UTF-8`);
  }
}

function isTimeout(cause: unknown): boolean {
  return (
    cause instanceof errors.ConnectTimeoutError ||
    cause instanceof errors.HeadersTimeoutError ||
    cause instanceof errors.BodyTimeoutError
  );
}

function isNoHttp(cause: unknown): boolean {
  return cause instanceof errors.HTTPParserError || cause instanceof errors.HeadersOverflowError;
}
