import type { DescMethodUnary } from '@bufbuild/protobuf';
import { createGrpcTransport } from '@connectrpc/connect-node';
import pLimit from 'p-limit';
import type { SourceRef } from '../../core/source.ts';
import { readingCancelled, sourceTimedOut, sourceUnreachable } from '../../core/sourceErrors.ts';
import { toAssayError } from '../../core/toAssayError.ts';
import { retryDelay } from '../../http/retryDelay.ts';
import { type PatientPosterOptions, pauseReading } from '../patientPoster.ts';
import { createHttp2Connection } from './http2Connection.ts';
import { isNotFound, judgeFailedCall } from './judgeFailedCall.ts';
import { readGrpcUrl } from './readGrpcUrl.ts';

/** An answer as it came. */
export interface GrpcAnswer {
  /** Decoded and nothing else; undefined where the server's status is NOT_FOUND. */
  readonly message: unknown;
  readonly headers: Readonly<Pick<Headers, 'get'>>;
}

/** Calls of one gRPC server. */
export interface GrpcClient {
  /**
   * Calls, and once more where that may help.
   *
   * @throws AssayError SOURCE_* for every status but OK and NOT_FOUND
   */
  call(
    method: DescMethodUnary,
    request: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<GrpcAnswer>;
  /** Ends the connection; what is still under way fails. */
  close(): Promise<void>;
}

export interface GrpcClientOptions {
  /** `http://` or `https://`, with its user and password. */
  readonly url: string;
  readonly source: SourceRef;
  /** For one call. */
  readonly timeoutMs: number;
  /** Of one message. */
  readonly maxBytes: number;
  /** Waits before the second try; for tests. */
  readonly wait?: PatientPosterOptions['wait'];
}

const callsAtOnce = 5;

/**
 * A client over one HTTP/2 connection, whose every failure is an `AssayError` without a word of the
 * server's.
 *
 * @throws AssayError SOURCE_URL_INVALID
 */
export function createGrpcClient(options: GrpcClientOptions): GrpcClient {
  const { source, timeoutMs, maxBytes, wait } = options;
  const { baseUrl, headers } = readGrpcUrl(options.url);
  const connection = createHttp2Connection(baseUrl, 2 * timeoutMs);
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager: connection,
    readMaxBytes: maxBytes,
    acceptCompression: [],
  });
  const limit = pLimit(callsAtOnce);
  let isClosed = false;

  async function send(
    method: DescMethodUnary,
    request: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<GrpcAnswer> {
    if (signal?.aborted) throw readingCancelled(source, signal);
    if (isClosed) throw sourceUnreachable(source, undefined);
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    try {
      const answer = await transport.unary(method, either, undefined, headers, request);
      return { message: answer.message, headers: answer.header };
    } catch (thrown) {
      if (signal?.aborted) throw readingCancelled(source, signal);
      if (timeout.aborted) {
        // It may be the connection that is dead.
        connection.renew();
        throw sourceTimedOut(source, method.name, timeoutMs);
      }
      if (isClosed) throw sourceUnreachable(source, undefined);
      if (isNotFound(thrown)) return { message: undefined, headers: new Headers() };
      throw judgeFailedCall({ source, what: method.name, maxBytes, thrown });
    }
  }

  return {
    async call(method, request, signal) {
      try {
        return await limit(() => send(method, request, signal));
      } catch (thrown) {
        const error = toAssayError(thrown);
        const delay = signal?.aborted || isClosed ? undefined : retryDelay(error);
        if (delay === undefined) throw error;
        await pauseReading(delay, source, signal, wait);
        return limit(() => send(method, request, signal));
      }
    },
    async close() {
      isClosed = true;
      connection.close();
    },
  };
}
