/** One row of the error table. */
export interface ErrorCodeEntry {
  /** What happened, in one sentence. */
  readonly title: string;
  /** What the reader should do. */
  readonly fix: string;
  /** HTTP status where the error ends a request. */
  readonly status: 400 | 401 | 404 | 405 | 413 | 415 | 422 | 429 | 500 | 502 | 503;
  /** Exit code where the error ends a command: 1 does not verify, 2 could not be read, 3 input. */
  readonly exit: 1 | 2 | 3;
  /** Whether the same request may succeed later, unchanged. */
  readonly retry: boolean;
}
