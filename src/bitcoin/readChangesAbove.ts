import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import type { CoreCalls } from './coreCalls.ts';
import { blockReorganised } from './errors.ts';
import { readBlockChanges } from './readBlockChanges.ts';
import type { BlockChanges } from './undoBlocks.ts';

/** A run of blocks that follow each other, up to `hash` and down to a chain point's child. */
export interface ChangesAbove {
  /** The newest of the blocks, or the chain point itself where there is none. */
  readonly height: number;
  readonly hash: string;
  /** Newest first. */
  readonly changes: readonly BlockChanges[];
}

/**
 * What the blocks above the point did to the scripts, from the given block down its chain.
 *
 * @param known what an earlier walk to the same point has read; the walk ends where it meets that
 * @throws AssayError BITCOIN_REORGANISED if the chain does not lead to the point,
 * BITCOIN_HEIGHT_PRUNED if a block is gone
 */
export async function readChangesAbove(
  point: ChainPoint,
  from: { readonly height: number; readonly hash: string },
  scripts: ReadonlySet<string>,
  calls: CoreCalls,
  source: SourceRef,
  context: ReadContext,
  known?: ChangesAbove,
): Promise<ChangesAbove> {
  const changes: BlockChanges[] = [];
  let { height, hash } = from;
  for (; height > point.height; height--) {
    if (hash === known?.hash) return { ...from, changes: [...changes, ...known.changes] };
    const block = await calls.readBlock({ hash, height, auditedHeight: point.height }, context);
    const change = readBlockChanges(block, scripts);
    if (change === undefined || block.previousblockhash === undefined) {
      throw sourceResponseInvalid(
        source,
        'answers getblock without prevout: Bitcoin Core 23 or later is needed',
      );
    }
    changes.push(change);
    hash = block.previousblockhash;
  }
  if (hash !== point.hash) throw blockReorganised(source, point);
  return { ...from, changes };
}
