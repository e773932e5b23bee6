import { input, passing } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of requests to the API. */
export const requestCodes = {
  REQUEST_INVALID: {
    ...input,
    title: 'The request does not follow the API.',
    fix: 'See `errors` for the place, and /docs for the contract.',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'There is nothing at this path.',
    fix: 'See /docs for the paths.',
  },
  GRAPH_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'The latest attestation of the asset says nothing about what backs its copies.',
    fix: 'Ask the operator to audit with the graph, or run assay reconcile --graph.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    exit: 3,
    retry: false,
    title: 'The path does not take this method.',
    fix: 'See the Allow header.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    exit: 3,
    retry: false,
    title: 'The body of the request is too large.',
    fix: 'Send less at once.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    exit: 3,
    retry: false,
    title: 'The body of the request has a content type that the path does not take.',
    fix: 'Send application/json.',
  },
  RATE_LIMITED: {
    status: 429,
    exit: 2,
    retry: true,
    title: 'Too many requests from this address.',
    fix: 'Wait as long as Retry-After says.',
  },
  SERVICE_BUSY: {
    ...passing,
    title: 'The service has no room for the request at the moment.',
    fix: 'Ask again after as long as Retry-After says.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
