import type { AssayError } from '../core/assayError.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { ClaimReader } from './claimReader.ts';
import type { HoldingReader } from './holdingReader.ts';
import type { SupplyProver } from './supplyProver.ts';

/** What a source needs to know of a deployment. */
export interface TokenToRead {
  readonly token: TokenId;
  /** As the registry has them; read back and compared. */
  readonly decimals: number;
  readonly symbol: string;
}

/**
 * Which block of the token's chain belongs to the Bitcoin block: the last one whose timestamp is not
 * after `time` and that is final (`aligned`), or simply the last final one (`finalized`).
 */
export type Pairing =
  | { readonly kind: 'aligned'; readonly time: UnixTime }
  | { readonly kind: 'finalized' };

/** What one token contract says at one block; an error stands for itself, never for a zero. */
export type TokenReading =
  | { readonly token: TokenId; readonly amount: bigint }
  | { readonly token: TokenId; readonly error: AssayError };

/** What one source says of all tokens of its chain at one block. */
export interface SupplyObservation {
  readonly source: SourceRef;
  readonly point: ChainPoint;
  /** One entry per token of the request, in its order. */
  readonly tokens: readonly TokenReading[];
}

export interface SupplyRequest {
  /** The block to read at, by hash. */
  readonly point: ChainPoint;
  readonly tokens: readonly TokenToRead[];
}

/**
 * One server that knows one chain on which tokens live. Throws `AssayError`: SOURCE_* for the
 * server's failures, SUPPLY_* for what the chain or its history does not allow; TOKEN_* errors
 * concern one token and are part of the observation.
 */
export interface SupplySource {
  readonly source: SourceRef;
  readonly chain: ChainId;
  /** How the last final block is found on its chain, in words: `finalized`, `64 blocks deep`. */
  readonly finality: string;
  /**
   * The block that belongs to the pairing, at or below the last final block.
   * @throws AssayError SUPPLY_BLOCK_UNAVAILABLE if the chain began after that moment
   */
  findPoint(pairing: Pairing, context?: ReadContext): Promise<ChainPoint>;
  /** The block at that height of the best chain. */
  readPoint(height: number, context?: ReadContext): Promise<ChainPoint>;
  /**
   * The supply of each token at the block, read by its hash, in the token's own units.
   * @throws AssayError SUPPLY_REORGANISED, SUPPLY_STATE_UNAVAILABLE
   */
  readSupplies(request: SupplyRequest, context?: ReadContext): Promise<SupplyObservation>;
  /** How what it says can be shown to others; absent where it cannot. */
  readonly evidence?: SupplyProver;
  /** What others claim on its chain; absent where it cannot be read. */
  readonly claims?: ClaimReader;
  /** Who holds how much on its chain; absent where it cannot be read. */
  readonly holdings?: HoldingReader;
  /** Closes connections. */
  close(): Promise<void>;
}
