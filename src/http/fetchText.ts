import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Dispatcher, errors, request } from 'undici';
import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import {
  readingCancelled,
  sourceResponseInvalid,
  sourceResponseTooLarge,
  sourceTimedOut,
  sourceUnreachable,
} from '../core/sourceErrors.ts';

/** An HTTP answer as it came: any status, and the body as text. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The `Retry-After` header, as sent. */
  readonly retryAfter: string | string[] | undefined;
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
    const response = await request(url, {
      dispatcher,
      headers: { ...headers, 'accept-encoding': 'gzip' },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return {
      status: response.statusCode,
      body: await readBody(response, what, options),
      retryAfter: response.headers['retry-after'],
    };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    if (signal?.aborted) throw readingCancelled(source, signal);
    if (timeout.aborted || isTimeout(error)) throw sourceTimedOut(source, what, timeoutMs);
    if (isNoHttp(error)) {
      throw sourceResponseInvalid(source, `answered ${what} with something that is not HTTP`);
    }
    throw sourceUnreachable(source, error);
  }
}

async function readBody(
  { headers, body }: Dispatcher.ResponseData,
  what: string,
  { source, maxBytes }: FetchTextOptions,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream: AsyncIterable<Uint8Array> = body;
  for await (const chunk of stream) {
    bytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (bytes > maxBytes) throw sourceResponseTooLarge(source, what, maxBytes);
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks, bytes);
  try {
    const isZipped = headers['content-encoding'] === 'gzip';
    const plain = isZipped ? await unzip(raw, { maxOutputLength: maxBytes }) : raw;
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw sourceResponseTooLarge(source, what, maxBytes);
    }
    throw sourceResponseInvalid(source, `answered ${what} with bytes that are no UTF-8 text`);
  }
}

const unzip = promisify(gunzip);

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
