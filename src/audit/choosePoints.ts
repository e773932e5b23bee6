import { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import { type ChainPoint, pointKey } from '../core/chainPoint.ts';
import { countOperators, findAgreement } from '../core/findAgreement.ts';
import { quorumHeight } from '../core/quorumHeight.ts';
import type { ReadContext } from '../core/source.ts';
import type { Pairing, SupplySource } from '../supply/supplySource.ts';
import {
  askSources,
  isAgreed,
  opinionsOf,
  type Patience,
  type SourceOutcome,
} from './askSources.ts';
import { findMove } from './findMove.ts';

/** Sources that are asked before and after a block was replaced name two blocks: asked again then. */
const attempts = 3;

/**
 * Each source's block of the pairing. Of a moment in the past there is one such block, so that what each
 * says stands: one that names an earlier block is behind, or would choose the supply that suits it. The
 * last final block moves on from answer to answer: there all are brought to the highest that enough
 * operators have reached. A source that is below what enough others have is absent.
 *
 * Where they disagree they are asked again, and it counts only if all who named a block name one again:
 * who contradicts is not out of the way by being late once.
 */
export async function choosePoints(
  sources: readonly SupplySource[],
  pairing: Pairing,
  quorum: number,
  context: ReadContext,
  patience: Patience | undefined,
): Promise<readonly SourceOutcome<ChainPoint>[]> {
  let split: readonly SourceOutcome<ChainPoint>[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const points = await askPoints(sources, pairing, quorum, context, patience);
    const opinions = opinionsOf(points);
    const heard = new Set(opinions.map(({ source }) => source));
    // Whoever says that the chain moved has said why it does not name its block again.
    const isHeardAgain = opinionsOf(split).every(({ source }) => heard.has(source));
    if (!isHeardAgain && findMove(points) === undefined) return split;
    if (findAgreement(opinions, quorum, pointKey).kind !== 'disagreed') return points;
    split = points;
  }
  return split;
}

async function askPoints(
  sources: readonly SupplySource[],
  pairing: Pairing,
  quorum: number,
  context: ReadContext,
  patience: Patience | undefined,
): Promise<readonly SourceOutcome<ChainPoint>[]> {
  const found = await askSources(
    sources,
    (source, own) => source.findPoint(pairing, own),
    context,
    pairing.kind === 'aligned'
      ? isAgreed<ChainPoint>(quorum, pointKey)
      : (some) => countOperators(opinionsOf(some)) >= quorum,
    patience,
  );
  const known = opinionsOf(found).map(({ operator, value }) => ({
    operator,
    height: value.height,
  }));
  if (known.length === 0) return found;
  const height = quorumHeight(known, quorum);
  const settled = found.map(
    (outcome): SourceOutcome<ChainPoint> =>
      'value' in outcome && outcome.value.height < height
        ? { source: outcome.source, error: behind(outcome.value, height) }
        : outcome,
  );
  if (pairing.kind === 'aligned') return settled;
  const isHigher = (outcome: SourceOutcome<ChainPoint> | undefined) =>
    outcome !== undefined && 'value' in outcome && outcome.value.height > height;
  const agreed = isAgreed<ChainPoint>(quorum, pointKey);
  const again = await askSources(
    sources.filter((_, index) => isHigher(settled[index])),
    (source, own) => source.readPoint(height, own),
    context,
    (some) => agreed([...settled.filter((outcome) => !isHigher(outcome)), ...some]),
    patience,
  );
  return settled.map((outcome) =>
    isHigher(outcome)
      ? (again.find(({ source }) => source === outcome.source) ?? outcome)
      : outcome,
  );
}

/** That sources name several blocks, with the heights if these differ. */
export function disagreeingPoints(
  chain: ChainId,
  points: readonly SourceOutcome<ChainPoint>[],
): AssayError {
  const named = opinionsOf(points).map(({ value }) => value.height);
  const heights = [...new Set(named)].sort((a, b) => a - b);
  const which = heights.length > 1 ? ` (${heights.join(', ')})` : '';
  return new AssayError('SUPPLY_SOURCES_DISAGREE', {
    message: `the sources of ${chain} name different blocks${which} for one moment`,
  });
}

/** Of a source that may be honest and behind: it is absent, and speaks for no other block. */
function behind(point: ChainPoint, height: number): AssayError {
  return new AssayError('SUPPLY_BLOCK_UNAVAILABLE', {
    message: `its block for that moment is ${point.height}, below block ${height}, which enough others have`,
    facts: { height },
  });
}
