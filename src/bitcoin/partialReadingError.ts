import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import type { ScriptReserve } from './bitcoinSource.ts';

/** A script of which the source could not say what it holds. */
export interface UnreadScript {
  readonly script: string;
  readonly error: AssayError;
}

/** What a source could establish before it failed on some of the scripts. */
export interface PartialObservation {
  readonly source: SourceRef;
  readonly point: ChainPoint;
  readonly tip: ChainPoint;
  /** One entry per script of the request, in its order. */
  readonly scripts: readonly (ScriptReserve | UnreadScript)[];
}

/**
 * Some of the scripts could be read as of block H, and some could not. An error, so that nobody takes
 * the part for the whole; what it carries serves as a lower bound and for nothing else.
 */
export class PartialReadingError extends AssayError {
  readonly observation: PartialObservation;

  constructor(observation: PartialObservation) {
    const unread = observation.scripts.flatMap((one) => ('error' in one ? [one.error] : []));
    const [first] = unread;
    super('BITCOIN_RESERVES_PARTIAL', {
      message: `${observation.source.id} could not read ${unread.length} of ${observation.scripts.length} addresses; the first: ${first?.message ?? ''}`,
      facts: { source: observation.source.id, unread: unread.length },
      cause: first,
    });
    this.observation = observation;
  }
}
