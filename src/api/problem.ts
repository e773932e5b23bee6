import { z } from 'zod';
import { AssayError, type ErrorFacts } from '../core/assayError.ts';
import { type ErrorCode, errorCodes } from '../core/errorCodes.ts';
import { requestInvalid } from './errors.ts';
import type { Problem } from './schemas/problem.ts';

/** What Fastify calls its own errors, and what they are here; any other below 500 is the request's. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_NOT_FOUND: 'ROUTE_UNKNOWN',
};

const frameworkMessages: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'the path is not validly percent-encoded',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the path is too long',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty where JSON is expected',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as Content-Length says',
};

const FrameworkError = z.object({
  code: z.string().catch(''),
  statusCode: z.number().catch(500),
});

/** Any thrown value as the `AssayError` that a client is told of. */
export function toApiError(thrown: unknown): AssayError {
  if (thrown instanceof AssayError) return thrown;
  if (thrown instanceof Error) {
    const { code, statusCode } = FrameworkError.parse(thrown);
    const known = frameworkCodes[code];
    if (known) return new AssayError(known, { cause: thrown });
    if (statusCode >= 400 && statusCode < 500) {
      return requestInvalid(frameworkMessages[code] ?? 'the request cannot be understood');
    }
  }
  return new AssayError('INTERNAL_ERROR', { cause: thrown });
}

/**
 * An error as problem details (RFC 9457). From 500 up the detail is the title of the code: what a
 * source or this program said stays in the log.
 */
export function toProblem(error: AssayError, requestId: string): Problem {
  const { status, title } = error.entry;
  const isTold = status < 500 || isForeseen(error);
  return {
    type: problemType(error.code),
    title,
    status,
    detail: isTold ? error.message : title,
    code: error.code,
    fix: isTold ? error.fix : errorCodes[error.code].fix,
    requestId,
    ...(error.code === 'REQUEST_INVALID' ? namePlace(error.facts) : {}),
  };
}

/** Whether a status from 500 up is what the service means to say, and tells nobody's secrets. */
export function isForeseen({ code }: AssayError): boolean {
  return code === 'ATTESTATION_PENDING' || code === 'SERVICE_BUSY';
}

/** Where a code is explained: a path on this server. */
export function problemType(code: ErrorCode): string {
  return `/docs/errors#${code}`;
}

/** The place by JSON Pointer (RFC 6901) into `{body, params, querystring, headers}`. */
function namePlace({ pointer, detail }: ErrorFacts): Pick<Problem, 'errors'> {
  if (typeof pointer !== 'string' || typeof detail !== 'string') return {};
  return { errors: [{ pointer, detail }] };
}
