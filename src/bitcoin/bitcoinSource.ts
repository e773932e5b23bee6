import type { ChainPoint } from '../core/chainPoint.ts';
import type { Sats } from '../core/sats.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import type { InclusionReader } from './inclusionReader.ts';

/** What a source needs to know of a custody address. */
export interface CustodyScript {
  /** Null for a script that has none, such as pay-to-public-key: not every source finds it then. */
  readonly address: string | null;
  /** scriptPubKey, lower-case hex. */
  readonly script: string;
}

/** An unspent output, as of the block that was asked for. */
export interface Utxo {
  /** In the order that RPC and explorers show it. */
  readonly txid: string;
  readonly vout: number;
  readonly sats: Sats;
  /** Height of the block that created it: at or below the chain point. */
  readonly height: number;
}

/** What one script holds as of the chain point. */
export interface ScriptReserve {
  readonly script: string;
  readonly sats: Sats;
  /** Sorted by txid and vout; null where the source could give only a sum. */
  readonly utxos: readonly Utxo[] | null;
}

/** The lowest and highest sum over all scripts, over the states after each block from H to the tip. */
export interface ReserveWindow {
  readonly lowest: Sats;
  readonly highest: Sats;
}

/** What one source says of all scripts as of one block. */
export interface ReserveObservation {
  readonly source: SourceRef;
  readonly point: ChainPoint;
  /** The tip that the answer was undone from. */
  readonly tip: ChainPoint;
  readonly total: Sats;
  /** One entry per script of the request, in its order; a script without coins has 0. */
  readonly scripts: readonly ScriptReserve[];
  readonly window: ReserveWindow;
}

export interface ReservesRequest {
  /** The block H to answer for: height *and* hash. */
  readonly point: ChainPoint;
  /** No two with the same script. */
  readonly scripts: readonly CustodyScript[];
}

/**
 * One server that knows the Bitcoin chain.
 *
 * `readReserves` answers with the UTXO set of the scripts **as of block H**: outputs created at or
 * below H and not spent at or below H, whatever happened above it and in the mempool. It answers for
 * exactly that block or throws; it never answers for another one, never in part, and never a zero for
 * what it could not read. Before and after reading it checks that H is still in the best chain.
 *
 * All methods check once that the server is on the right network (`checkNetwork`) and throw
 * `AssayError`: SOURCE_* for the server's failures, BITCOIN_* for what the chain does not allow.
 */
export interface BitcoinSource {
  readonly source: SourceRef;
  /** The best block that the server knows. */
  readTip(context?: ReadContext): Promise<ChainPoint>;
  /**
   * The block at that height of the best chain.
   * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP
   */
  readPoint(height: number, context?: ReadContext): Promise<ChainPoint>;
  /**
   * The headers of the best chain at the heights `from` to `from + count - 1`, 80 bytes each. They can
   * be checked without trusting the server, by hashing: that they are whole and so many is checked here,
   * that they lead to a block is left to who asks.
   * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP if the last of them is above the tip
   */
  readHeaders(from: number, count: number, context?: ReadContext): Promise<Uint8Array>;
  /**
   * @throws AssayError BITCOIN_REORGANISED if H is not, or no longer, in the best chain;
   * BITCOIN_HEIGHT_PRUNED if blocks above H that are needed are gone
   */
  readReserves(request: ReservesRequest, context?: ReadContext): Promise<ReserveObservation>;
  /** How what it says can be shown to others; absent where it cannot. */
  readonly inclusion?: InclusionReader;
  /** Closes connections. */
  close(): Promise<void>;
}
