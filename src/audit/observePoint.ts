import { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import { type ChainPoint, pointKey } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import type { ReadContext } from '../core/source.ts';
import type { Pairing, SupplySource } from '../supply/supplySource.ts';
import { opinionsOf, type Patience } from './askSources.ts';
import { choosePoints, disagreeingPoints } from './choosePoints.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

/**
 * The block of a pairing on a chain on which no token is read, as enough operators agree on it.
 *
 * @throws AssayError what `findMove` gives, if the chain moved under too many sources for a quorum
 */
export async function observePoint(
  chain: ChainId,
  sources: readonly SupplySource[],
  pairing: Pairing,
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<ChainPoint | AssayError> {
  if (sources.length === 0) {
    return new AssayError('SOURCE_MISSING', { message: `no source is configured for ${chain}` });
  }
  const points = await choosePoints(sources, pairing, quorum, context, patience);
  const agreement = findAgreement(opinionsOf(points), quorum, pointKey);
  if (agreement.kind === 'agreed') return agreement.members[0].value;
  const move = findMove(points);
  if (move) throw move;
  return agreement.kind === 'disagreed'
    ? disagreeingPoints(chain, points)
    : lackOfQuorum('SUPPLY_QUORUM_NOT_MET', points, quorum);
}
