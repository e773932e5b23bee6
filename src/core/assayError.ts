import { type ErrorCode, type ErrorCodeEntry, errorCodes } from './errorCodes.ts';

/** What an error knows besides its text; shown to people and machines, so never a secret. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean>>;

export interface AssayErrorOptions {
  /** What was wrong with which input. Defaults to the title of the code. */
  readonly message?: string;
  readonly facts?: ErrorFacts;
  /** What to do, where more can be said than the table does. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/**
 * The one class of errors that assay throws on purpose. `code` is from a closed set; status, exit
 * code and whether a retry helps follow from it (see `errorCodes`).
 */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly fix: string;

  constructor(code: ErrorCode, options: AssayErrorOptions = {}) {
    const entry = errorCodes[code];
    super(
      options.message ?? entry.title,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.code = code;
    this.facts = options.facts ?? {};
    this.fix = options.fix ?? entry.fix;
  }

  /** The row of the error table: title, HTTP status, exit code, retry. */
  get entry(): ErrorCodeEntry {
    return errorCodes[this.code];
  }
}
