import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import { quorumHeight } from '../core/quorumHeight.ts';
import type { ReadContext } from '../core/source.ts';
import { askSources, opinionsOf, type SourceOutcome } from './askSources.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

export interface PointChoice {
  /** The block H that enough operators have, or why there is none. */
  readonly point: ChainPoint | AssayError;
  /** What each source says is the block at H, or why it says nothing. */
  readonly outcomes: readonly SourceOutcome<ChainPoint>[];
}

/**
 * The Bitcoin block to audit: at the height that was asked for, or buried under `confirmations`
 * blocks. Height *and* hash must be agreed by `quorum` operators.
 *
 * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP where the height asked for is above every tip; what
 * `findMove` gives, if the chain moved meanwhile
 */
export async function chooseBitcoinPoint(
  sources: readonly BitcoinSource[],
  policy: { readonly confirmations: number; readonly quorum: number },
  atHeight: number | undefined,
  context: ReadContext,
): Promise<PointChoice> {
  if (sources.length === 0) {
    const point = new AssayError('SOURCE_MISSING', { message: 'no Bitcoin source is configured' });
    return { point, outcomes: [] };
  }
  const tips = await askSources(sources, (source) => source.readTip(context));
  const known = opinionsOf(tips).map(({ operator, value }) => ({ operator, height: value.height }));
  if (known.length === 0)
    return { point: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', tips, policy.quorum), outcomes: tips };

  const height = atHeight ?? quorumHeight(known, policy.quorum) - (policy.confirmations - 1);
  const highest = Math.max(...known.map((tip) => tip.height));
  if (height > highest || height < 0) {
    throw new AssayError('BITCOIN_HEIGHT_ABOVE_TIP', {
      message:
        height < 0
          ? `the chain has only ${highest + 1} blocks, fewer than the ${policy.confirmations} confirmations asked for`
          : `height ${height} is above the tip at ${highest}`,
      facts: { height, tip: highest },
    });
  }

  // A source whose tip is lower than H has no block there; one that had it must still have it.
  const reached = sources.filter((_, index) => tipHeight(tips[index]) >= height);
  const points = await askSources(reached, (source) => source.readPoint(height, context));
  const absent = tips.flatMap((tip): SourceOutcome<never>[] => {
    if ('error' in tip) return [tip];
    if (tip.value.height >= height) return [];
    const message = `its tip is at ${tip.value.height}, below the block to be audited`;
    return [{ source: tip.source, error: new AssayError('BITCOIN_HEIGHT_ABOVE_TIP', { message }) }];
  });
  const outcomes = [...points, ...absent];
  const agreement = findAgreement(opinionsOf(points), policy.quorum, (point) => point.hash);
  if (agreement.kind !== 'agreed') {
    const move = findMove(points);
    if (move) throw move;
  }
  switch (agreement.kind) {
    case 'agreed':
      return { point: agreement.members[0].value, outcomes };
    case 'disagreed':
      return {
        point: new AssayError('BITCOIN_SOURCES_DISAGREE', {
          message: `the sources name ${agreement.values} different blocks at height ${height}`,
          facts: { height },
        }),
        outcomes,
      };
    case 'short':
      return { point: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', outcomes, policy.quorum), outcomes };
  }
}

function tipHeight(tip: SourceOutcome<ChainPoint> | undefined): number {
  return tip && 'value' in tip ? tip.value.height : -1;
}
