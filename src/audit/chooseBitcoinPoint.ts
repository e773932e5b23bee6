import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import { type ChainPoint, pointKey } from '../core/chainPoint.ts';
import { countOperators, findAgreement } from '../core/findAgreement.ts';
import { quorumHeight } from '../core/quorumHeight.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import {
  askSources,
  isAgreed,
  opinionsOf,
  type Patience,
  type SourceOutcome,
} from './askSources.ts';
import { findHeightAtTime } from './findHeightAtTime.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

/** The state to audit, where it is not the newest one. */
export type AuditedMoment = { readonly height: number } | { readonly time: UnixTime };

export interface PointChoice {
  /** The block H that enough operators have, or why there is none. */
  readonly point: ChainPoint | AssayError;
  /** What each source says is the block at H, or why it says nothing. */
  readonly outcomes: readonly SourceOutcome<ChainPoint>[];
}

/**
 * The Bitcoin block to audit: at the height or moment that was asked for, or buried under `confirmations`
 * blocks. Height *and* hash must be agreed by `quorum` operators.
 *
 * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP where the height asked for is above every tip,
 * BITCOIN_TIME_UNKNOWN where no block belongs to the moment asked for; what
 * `findMove` gives, if the chain moved meanwhile
 */
export async function chooseBitcoinPoint(
  sources: readonly BitcoinSource[],
  policy: { readonly confirmations: number; readonly quorum: number },
  at: AuditedMoment | undefined,
  context: ReadContext,
  patience?: Patience,
): Promise<PointChoice> {
  if (sources.length === 0) {
    const point = new AssayError('SOURCE_MISSING', { message: 'no Bitcoin source is configured' });
    return { point, outcomes: [] };
  }
  const tips = await askSources(
    sources,
    (source, own) => source.readTip(own),
    context,
    (some) => countOperators(opinionsOf(some)) >= policy.quorum,
    patience,
  );
  const known = opinionsOf(tips).map(({ operator, value }) => ({ operator, height: value.height }));
  if (known.length === 0)
    return { point: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', tips, policy.quorum), outcomes: tips };

  const height =
    at === undefined
      ? quorumHeight(known, policy.quorum) - (policy.confirmations - 1)
      : 'height' in at
        ? at.height
        : await findHeight(at.time, sources, tips, context, patience);
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
  const reached = sources.filter(
    (_, index) => tipHeight(tips[index]) >= height || isLate(tips[index]),
  );
  const points = await askSources(
    reached,
    (source, own) => source.readPoint(height, own),
    context,
    isAgreed(policy.quorum, pointKey),
    patience,
  );
  const absent = tips.flatMap((tip): SourceOutcome<never>[] => {
    if ('error' in tip) return isLate(tip) ? [] : [tip];
    if (tip.value.height >= height) return [];
    const message = `its tip is at ${tip.value.height}, below the block to be audited`;
    return [{ source: tip.source, error: new AssayError('BITCOIN_HEIGHT_ABOVE_TIP', { message }) }];
  });
  const outcomes = [...points, ...absent];
  const agreement = findAgreement(opinionsOf(points), policy.quorum, pointKey);
  if (agreement.kind !== 'agreed') {
    const move = findMove(points);
    if (move) throw move;
  }
  switch (agreement.kind) {
    case 'agreed': {
      const point = agreement.members[0].value;
      if (at && 'time' in at) {
        await requireMoment(at.time, point, reached, policy.quorum, context, patience);
      }
      return { point, outcomes };
    }
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

/** By the first source that can tell; whether its block is the right one, the quorum then says. */
async function findHeight(
  time: UnixTime,
  sources: readonly BitcoinSource[],
  tips: readonly SourceOutcome<ChainPoint>[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<number> {
  let failure: unknown;
  for (const [index, source] of sources.entries()) {
    const tip = tips[index];
    if (!tip || 'error' in tip) continue;
    try {
      return await findHeightAtTime(time, tip.value, async (height) => {
        const [read] = await askSources(
          [source],
          (one, own) => one.readPoint(height, own),
          context,
          undefined,
          patience,
        );
        if (!read || 'error' in read) throw read?.error ?? new AssayError('INTERNAL_ERROR');
        return read.value.time;
      });
    } catch (thrown) {
      failure ??= thrown;
    }
  }
  throw failure;
}

/** Slower than the others at the tip, it may still be in time for the rest. */
function isLate(tip: SourceOutcome<ChainPoint> | undefined): boolean {
  return tip !== undefined && 'error' in tip && tip.error.code === 'SOURCE_NOT_AWAITED';
}

/**
 * One source found the block; whether it is the one before the moment, the quorum says.
 *
 * @throws AssayError BITCOIN_TIME_UNKNOWN
 */
async function requireMoment(
  time: UnixTime,
  point: ChainPoint,
  sources: readonly BitcoinSource[],
  quorum: number,
  context: ReadContext,
  patience: Patience | undefined,
): Promise<void> {
  const next = await askSources(
    sources,
    (source, own) => source.readPoint(point.height + 1, own),
    context,
    isAgreed(quorum, pointKey),
    patience,
  );
  const agreement = findAgreement(opinionsOf(next), quorum, pointKey);
  const isMoment =
    point.time <= time && agreement.kind === 'agreed' && agreement.members[0].value.time > time;
  if (isMoment) return;
  throw new AssayError('BITCOIN_TIME_UNKNOWN', {
    message: `the sources do not agree that block ${point.height} is the one before that moment`,
    facts: { time, height: point.height },
  });
}

function tipHeight(tip: SourceOutcome<ChainPoint> | undefined): number {
  return tip && 'value' in tip ? tip.value.height : -1;
}
