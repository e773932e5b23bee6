import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { findAlignedBlock, maxAlignedRounds, type ReadHeaders } from './findAlignedBlock.ts';
import type { Pairing } from './supplySource.ts';

/**
 * The block of a pairing, from a source that knows the last final block and reads others by height.
 *
 * @throws AssayError what `findAlignedBlock` does, with the source's name
 */
export async function findPairedPoint(
  pairing: Pairing,
  final: ChainPoint,
  source: SourceRef,
  readPoints: ReadHeaders<ChainPoint>,
  context: ReadContext,
): Promise<ChainPoint> {
  if (pairing.kind === 'finalized') return final;
  const total = maxAlignedRounds(final.height);
  let done = 0;
  const report = () => context.onProgress?.({ source, phase: 'headers', done, total });
  try {
    const point = await findAlignedBlock(pairing.time, final, (heights) => {
      report();
      done += 1;
      return readPoints(heights);
    });
    done = total;
    report();
    return point;
  } catch (thrown) {
    throw nameSource(thrown, source);
  }
}

/** The search knows no source: its errors get the name here. */
function nameSource(thrown: unknown, source: SourceRef): unknown {
  if (!(thrown instanceof AssayError) || 'source' in thrown.facts) return thrown;
  return new AssayError(thrown.code, {
    message: `${source.id}: ${thrown.message}`,
    facts: { source: source.id, ...thrown.facts },
    fix: thrown.fix,
  });
}
