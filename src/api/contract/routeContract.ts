import type { ErrorCode } from '../../core/errorCodes.ts';

/** What openapi.yaml says of a route besides its schemas; stands in the route's `config.contract`. */
export interface RouteContract {
  /** The codes that its problems may have, besides those of every route. */
  readonly problems?: readonly ErrorCode[];
  /** Bodies of successful answers. */
  readonly examples?: Readonly<Record<string, unknown>>;
  readonly requestExamples?: Readonly<Record<string, unknown>>;
  /** Examples of path parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Headers of a successful answer besides those of every answer. */
  readonly headers?: readonly ('etag' | 'cacheControl')[];
  /** Whether `If-None-Match` is answered with 304. */
  readonly isConditional?: boolean;
  /** Whether the answer is made in advance, the same for every client. */
  readonly isPrepared?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    contract?: RouteContract;
  }
}
