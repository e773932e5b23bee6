import { Code, ConnectError } from '@connectrpc/connect';
import type { AssayError } from '../../core/assayError.ts';
import { parseRetryAfter } from '../../core/parseRetryAfter.ts';
import type { SourceRef } from '../../core/source.ts';
import {
  sourceRateLimited,
  sourceResponseInvalid,
  sourceResponseTooLarge,
  sourceServerError,
  sourceUnauthorized,
  sourceUnreachable,
} from '../../core/sourceErrors.ts';
import { apiFailed } from '../errors.ts';
import { grpcUnauthorized, grpcUnavailable } from './grpcErrors.ts';

/** A gRPC call that failed, as far as its error has to tell. */
export interface FailedCall {
  readonly source: SourceRef;
  /** Names the call. */
  readonly what: string;
  /** Of a message. */
  readonly maxBytes: number;
  readonly thrown: unknown;
}

const keyAdvice = 'Check the key, user and password in the URL.';

/** How Node.js puts it that the server ended a stream, or the connection, since it is asked too much. */
const asksForCalm = /^(?:Stream|Session) closed with error code (?:11|NGHTTP2_ENHANCE_YOUR_CALM)$/;

/** What a failed call comes to; neither the server's words nor the client's are in it. */
export function judgeFailedCall({ source, what, maxBytes, thrown }: FailedCall): AssayError {
  if (!(thrown instanceof ConnectError)) return sourceUnreachable(source, thrown);
  const { code, metadata, rawMessage } = thrown;
  const retryAfterSeconds = parseRetryAfter(metadata.get('retry-after'), Date.now());
  if (isStatus(thrown)) return judgeStatus(code, retryAfterSeconds, source, what);
  // What follows did not come from the server, and the client tells it apart by its message alone.
  const http = /^HTTP (\d{3})$/.exec(rawMessage)?.[1];
  if (http !== undefined) return judgeHttp(Number(http), retryAfterSeconds, source, what);
  if (rawMessage.startsWith('message size ')) return sourceResponseTooLarge(source, what, maxBytes);
  if (code === Code.ResourceExhausted || asksForCalm.test(rawMessage)) {
    return sourceRateLimited(source, undefined);
  }
  if (isBroken(thrown)) return sourceUnreachable(source, thrown);
  return sourceResponseInvalid(source, `answered ${what} with something that is no such message`);
}

/** Whether the server says that there is no such thing. */
export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof ConnectError && thrown.code === Code.NotFound && isStatus(thrown);
}

/** Whether the server answered, with a gRPC status. */
function isStatus({ metadata }: ConnectError): boolean {
  return metadata.has('grpc-status') || metadata.has('grpc-status-details-bin');
}

function judgeStatus(
  code: Code,
  retryAfterSeconds: number | undefined,
  source: SourceRef,
  what: string,
): AssayError {
  switch (code) {
    case Code.ResourceExhausted:
      return sourceRateLimited(source, retryAfterSeconds);
    case Code.Unavailable:
      return grpcUnavailable(source, what, retryAfterSeconds);
    case Code.Unauthenticated:
      return grpcUnauthorized(source, 'UNAUTHENTICATED', keyAdvice);
    case Code.PermissionDenied:
      return grpcUnauthorized(source, 'PERMISSION_DENIED', keyAdvice);
    default:
      return apiFailed(source, what, nameStatus(code));
  }
}

function judgeHttp(
  status: number,
  retryAfterSeconds: number | undefined,
  source: SourceRef,
  what: string,
): AssayError {
  if (status === 401 || status === 403) return sourceUnauthorized(source, status, keyAdvice);
  if (status === 429) return sourceRateLimited(source, retryAfterSeconds);
  if (status >= 500) return sourceServerError(source, status, { request: what, retryAfterSeconds });
  const isRedirect = status >= 300 && status < 400;
  return sourceResponseInvalid(
    source,
    isRedirect ? `redirects elsewhere (HTTP ${status})` : `answered ${what} with HTTP ${status}`,
  );
}

/** Whether the connection could not be made, or broke, rather than carry something wrong. */
function isBroken({ code, cause, rawMessage }: ConnectError): boolean {
  if (code === Code.InvalidArgument) return false;
  if (code === Code.Unavailable || code === Code.Aborted || code === Code.Canceled) return true;
  if (rawMessage.startsWith('http/2 stream closed ')) return true;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string';
}

/** The status as gRPC writes it, such as `INVALID_ARGUMENT`; undefined if gRPC knows none such. */
function nameStatus(code: Code): string | undefined {
  if (code === Code.Canceled) return 'CANCELLED';
  const name: string | undefined = Code[code];
  return name?.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
