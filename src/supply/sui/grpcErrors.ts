import { AssayError } from '../../core/assayError.ts';
import type { ChainId } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceError } from '../../core/sourceErrors.ts';

/** Errors of gRPC. The status is shown, never the message that the server put beside it. */

/** UNAVAILABLE, with the seconds that the server asks to wait. */
export function grpcUnavailable(
  source: SourceRef,
  request: string,
  retryAfterSeconds: number | undefined,
): AssayError {
  return sourceError('SOURCE_SERVER_ERROR', source, `answered ${request} with UNAVAILABLE`, {
    facts: {
      request,
      rpcCode: 'UNAVAILABLE',
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  });
}

/** UNAUTHENTICATED or PERMISSION_DENIED. */
export function grpcUnauthorized(source: SourceRef, rpcCode: string, fix: string): AssayError {
  return sourceError('SOURCE_UNAUTHORIZED', source, `refused the credentials (${rpcCode})`, {
    facts: { rpcCode },
    fix,
  });
}

/** An RPC URL asks for gRPC on a chain whose servers are not asked so. */
export function grpcNotSpoken(chain: ChainId): AssayError {
  return new AssayError('SOURCE_SCHEME_UNKNOWN', {
    message: `the RPC URL of ${chain} begins with grpc+, which assay speaks with Sui alone`,
    fix: 'Use http:// or https:// for this chain.',
    facts: { chain, scheme: 'grpc' },
  });
}
