import type { ChainId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import type { LatestHoldingReader } from './holdingReader.ts';
import type { SupplySource, TokenReading, TokenToRead } from './supplySource.ts';

/**
 * What one source says of all tokens of its chain as of now. The figures hold for some moment from one
 * final block to another: those that the source named before and after. Where its interface names the
 * block of the figures itself, both are that one.
 */
export interface LatestObservation {
  readonly source: SourceRef;
  readonly from: ChainPoint;
  readonly to: ChainPoint;
  /** One entry per token of the request, in its order. */
  readonly tokens: readonly TokenReading[];
}

/**
 * One server of a chain whose interface answers only as of now, and not at a block that the caller
 * names: what it says is marked as `around` that moment. Errors are those of `SupplySource`.
 */
export interface LatestSupplySource {
  readonly reach: 'latest';
  readonly source: SourceRef;
  readonly chain: ChainId;
  /** How the last final block is found on its chain, in words: `finalized`, `64 blocks deep`. */
  readonly finality: string;
  /**
   * The supply of each token, in its own units, final as the chain's rules have it.
   *
   * @throws AssayError SOURCE_*, SUPPLY_*
   */
  readLatest(tokens: readonly TokenToRead[], context?: ReadContext): Promise<LatestObservation>;
  /** Who holds how much on its chain; absent where it cannot be read. */
  readonly holdings?: LatestHoldingReader;
  /** Closes connections. */
  close(): Promise<void>;
}

/** A source of either reach. */
export type AnySupplySource = SupplySource | LatestSupplySource;

/** Whether a source answers only as of now. */
export function isLatest(source: AnySupplySource): source is LatestSupplySource {
  return 'reach' in source;
}
