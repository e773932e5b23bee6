import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import { checkBelowTip } from './checkBelowTip.ts';
import { blockReorganised, stateMoved } from './errors.ts';
import type { TransactionStatus } from './esploraAnswers.ts';

/** Holds all blocks that a server names during one reading against each other. */
export interface BlockLedger {
  /**
   * @throws AssayError BITCOIN_REORGANISED for another block at the height of H; BITCOIN_STATE_MOVED
   * for two blocks at another height
   */
  see(status: TransactionStatus): void;
  /**
   * @param tip of the source, read after all else
   * @throws AssayError SOURCE_RESPONSE_INVALID if a block was named that is above it
   */
  checkBelow(tip: ChainPoint): void;
}

/** Makes a ledger that knows H and the tip. */
export function createBlockLedger(
  source: SourceRef,
  point: ChainPoint,
  tip: ChainPoint,
): BlockLedger {
  const hashes = new Map<number, string>();
  let highest = 0;
  note(tip.height, tip.hash);
  note(point.height, point.hash);

  function note(height: number, hash: string): void {
    highest = Math.max(highest, height);
    const known = hashes.get(height);
    if (known === undefined) {
      hashes.set(height, hash);
    } else if (known !== hash) {
      if (height === point.height) throw blockReorganised(source, point);
      throw stateMoved(source, `names two blocks of height ${height}`);
    }
  }

  return {
    see(status) {
      if (status.confirmed) note(status.block_height, status.block_hash);
    },
    checkBelow: (last) => checkBelowTip(source, highest, last.height),
  };
}
