import type { ErrorCode } from './errorCodes.ts';

/** Who gave an observation. */
export interface SourceRef {
  /** The source's URL without credentials, query and fragment. */
  readonly id: string;
  /** Who runs it: `#operator=NAME`, else the host. Two URLs of one operator are one opinion. */
  readonly operator: string;
  /** `core`, `mempool`, `evm`, … */
  readonly kind: string;
}

/** How far a long reading is; for a progress bar, not for decisions. */
export interface Progress {
  readonly source: SourceRef;
  readonly phase: 'scan' | 'undo' | 'addresses' | 'headers' | 'supply';
  readonly done: number;
  readonly total: number;
}

/** What every reading takes besides its subject. */
export interface ReadContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Why a figure could not be had, as a report carries it. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
}
