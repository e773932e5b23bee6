import { AssayError, type ErrorFacts } from './assayError.ts';
import type { ErrorCode } from './errorCodes.ts';
import type { SourceRef } from './source.ts';

/**
 * Errors of a server, whatever chain it serves. Each names the source by its id, which has no
 * credentials, and never carries what an upstream wrote: neither its text nor a client's error that
 * quotes the URL.
 */

/** The connection could not be made, or broke. */
export function sourceUnreachable(source: SourceRef, cause: unknown): AssayError {
  const system = systemError(cause);
  const reason = system?.code ?? 'connection failed';
  return sourceError('SOURCE_UNREACHABLE', source, `could not be reached (${reason})`, {
    facts: { reason },
    ...(system === undefined ? {} : { cause: system.error }),
  });
}

/** The answer did not come in time. */
export function sourceTimedOut(source: SourceRef, what: string, timeoutMs: number): AssayError {
  return sourceError('SOURCE_TIMEOUT', source, `did not answer ${what} within ${timeoutMs} ms`, {
    facts: { request: what, timeoutMs },
  });
}

/** The caller gave up on the reading. An AssayError that it gave as its reason is kept. */
export function readingCancelled(source: SourceRef, signal: AbortSignal): AssayError {
  if (signal.reason instanceof AssayError) return signal.reason;
  return sourceError(
    'SOURCE_TIMEOUT',
    source,
    'was not read to the end: the reading was cancelled',
    {
      fix: 'Ask again, and allow more time.',
    },
  );
}

/** 401 or 403. */
export function sourceUnauthorized(source: SourceRef, status: number, fix?: string): AssayError {
  return sourceError('SOURCE_UNAUTHORIZED', source, `refused the credentials (HTTP ${status})`, {
    facts: { status },
    ...(fix === undefined ? {} : { fix }),
  });
}

/** 429, or a JSON-RPC error that says the same; with the seconds that Retry-After asks for. */
export function sourceRateLimited(
  source: SourceRef,
  retryAfterSeconds: number | undefined,
): AssayError {
  const wait = retryAfterSeconds === undefined ? '' : `; it asks to wait ${retryAfterSeconds} s`;
  return sourceError('SOURCE_RATE_LIMITED', source, `was asked too often${wait}`, {
    facts: retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  });
}

/** Any 5xx that says nothing more, with the request or the seconds that Retry-After asks for. */
export function sourceServerError(
  source: SourceRef,
  status: number,
  known: { readonly request?: string; readonly retryAfterSeconds?: number | undefined } = {},
): AssayError {
  const { request, retryAfterSeconds } = known;
  const what = request === undefined ? 'answered' : `answered ${request}`;
  return sourceError('SOURCE_SERVER_ERROR', source, `${what} with HTTP ${status}`, {
    facts: {
      status,
      ...(request === undefined ? {} : { request }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  });
}

/** The answer is not what the interface promises; `what` says where, without quoting it. */
export function sourceResponseInvalid(source: SourceRef, what: string): AssayError {
  return sourceError('SOURCE_RESPONSE_INVALID', source, what);
}

/** The answer is larger than assay reads. */
export function sourceResponseTooLarge(
  source: SourceRef,
  what: string,
  limitBytes: number,
): AssayError {
  return sourceError(
    'SOURCE_RESPONSE_TOO_LARGE',
    source,
    `answered ${what} with more than ${limitBytes} bytes`,
    { facts: { request: what, limitBytes } },
  );
}

/** The answer is more than assay makes anything of. @param bound such as "nested deeper than 32 levels" */
export function sourceAnswerUnbounded(source: SourceRef, what: string, bound: string): AssayError {
  return sourceError('SOURCE_RESPONSE_TOO_LARGE', source, `answered ${what} with JSON ${bound}`, {
    facts: { request: what },
  });
}

/** The server serves another chain than the one to be read. */
export function sourceWrongChain(source: SourceRef, expected: string, found: string): AssayError {
  return sourceError('SOURCE_WRONG_CHAIN', source, `serves ${found}, not ${expected}`, {
    facts: { expected, found },
  });
}

/** An error of the JSON-RPC interface that assay has no better word for. */
export function sourceRpcError(source: SourceRef, method: string, rpcCode: number): AssayError {
  return sourceError('SOURCE_RPC_ERROR', source, `answered ${method} with error ${rpcCode}`, {
    facts: { method, rpcCode },
  });
}

/** An error that names its source. @param what completes "the source …" */
export function sourceError(
  code: ErrorCode,
  source: SourceRef,
  what: string,
  more: { readonly facts?: ErrorFacts; readonly fix?: string; readonly cause?: unknown } = {},
): AssayError {
  return new AssayError(code, {
    ...more,
    message: `${source.id} ${what}`,
    facts: { source: source.id, ...more.facts },
  });
}

/** The innermost error that has a system's or HTTP client's code, such as `ECONNREFUSED`. */
function systemError(
  thrown: unknown,
): { readonly code: string; readonly error: Error } | undefined {
  let found: { readonly code: string; readonly error: Error } | undefined;
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error; depth++, error = error.cause) {
    if ('code' in error && typeof error.code === 'string' && /^[A-Z0-9_]{3,60}$/.test(error.code)) {
      found = { code: error.code, error };
    }
  }
  return found;
}
