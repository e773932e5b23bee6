import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import { type ChainPoint, pointKey, samePoint } from '../core/chainPoint.ts';
import { countOperators, findAgreement } from '../core/findAgreement.ts';
import { quorumHeight } from '../core/quorumHeight.ts';
import type { ReadContext } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import type { UnixTime } from '../core/unixTime.ts';
import {
  askSources,
  isAgreed,
  opinionsOf,
  type Patience,
  type SourceOutcome,
} from './askSources.ts';
import { findHeightAtTime, timeUnknown } from './findHeightAtTime.ts';
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
 * The Bitcoin block to audit: at the height that was asked for, or the last one at or before a moment
 * (see `findHeightAtTime`), or buried under `confirmations` blocks. Height, hash *and* time must be
 * agreed by `quorum` operators; so must those of every block that the search for a moment looks at.
 *
 * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP where the height asked for is above every tip;
 * BITCOIN_TIME_UNKNOWN where no block belongs to the moment asked for, or not one that is buried as
 * deep; what `findMove` gives, if the chain moved meanwhile; whatever the signal's abort gives
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
  const { confirmations, quorum } = policy;
  const tips = await askSources(
    sources,
    (source, own) => source.readTip(own),
    context,
    (some) => countOperators(opinionsOf(some)) >= quorum,
    patience,
  );
  context.signal?.throwIfAborted();
  const known = opinionsOf(tips).map(({ operator, value }) => ({ operator, ...value }));
  if (known.length === 0)
    return { point: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', tips, quorum), outcomes: tips };

  const read: ReadBlock = (height, among) =>
    readAgreed(height, among ?? sources, sources, tips, quorum, context, patience);
  if (at && 'time' in at) {
    if (countOperators(known) < quorum)
      return { point: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', tips, quorum), outcomes: tips };
    if (known.every((tip) => tip.time <= at.time))
      throw timeUnknown(at.time, 'the newest block is not after it');
    return readAtTime(at.time, quorumHeight(known, quorum), confirmations, sources, read);
  }

  const height = at === undefined ? quorumHeight(known, quorum) - (confirmations - 1) : at.height;
  const highest = Math.max(...known.map((tip) => tip.height));
  if (height > highest || height < 0) {
    throw new AssayError('BITCOIN_HEIGHT_ABOVE_TIP', {
      message:
        height < 0
          ? `the chain has only ${highest + 1} blocks, fewer than the ${confirmations} confirmations asked for`
          : `height ${height} is above the tip at ${highest}`,
      facts: { height, tip: highest },
    });
  }
  return read(height);
}

/** The block at a height as the quorum of the sources has it, or of some of them. */
type ReadBlock = (height: number, among?: readonly BitcoinSource[]) => Promise<PointChoice>;

async function readAgreed(
  height: number,
  among: readonly BitcoinSource[],
  sources: readonly BitcoinSource[],
  tips: readonly SourceOutcome<ChainPoint>[],
  quorum: number,
  context: ReadContext,
  patience: Patience | undefined,
): Promise<PointChoice> {
  // A source whose tip is lower than H has no block there; one that had it must still have it.
  const reached = sources.filter(
    (source, index) =>
      among.includes(source) && (tipHeight(tips[index]) >= height || isLate(tips[index])),
  );
  const points = await askSources(
    reached,
    (source, own) => readBlockAt(source, height, own),
    context,
    isAgreed(quorum, pointKey),
    patience,
  );
  // What was cut short tells nothing of the block.
  context.signal?.throwIfAborted();
  const absent = tips.flatMap((tip): SourceOutcome<never>[] => {
    if ('error' in tip) return isLate(tip) ? [] : [tip];
    if (tip.value.height >= height) return [];
    const message = `its tip is at ${tip.value.height}, below the block to be audited`;
    return [{ source: tip.source, error: new AssayError('BITCOIN_HEIGHT_ABOVE_TIP', { message }) }];
  });
  const outcomes = [...points, ...absent];
  const agreement = findAgreement(opinionsOf(points), quorum, pointKey);
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
          message: `the sources name ${agreement.values} different blocks or times at height ${height}`,
          facts: { height },
        }),
        outcomes,
      };
    case 'short':
      return { point: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', outcomes, quorum), outcomes };
  }
}

/** A source that answers for another block than it was asked for says nothing of this one. */
async function readBlockAt(
  source: BitcoinSource,
  height: number,
  context: ReadContext,
): Promise<ChainPoint> {
  const point = await source.readPoint(height, context);
  if (point.height === height) return point;
  const what = `answered with block ${point.height} when asked for block ${height}`;
  throw sourceResponseInvalid(source.source, what);
}

/**
 * The block that belongs to a moment. What the quorum cannot settle on the way there leaves the block
 * unknown, as it would at its end.
 */
async function readAtTime(
  time: UnixTime,
  top: number,
  confirmations: number,
  sources: readonly BitcoinSource[],
  read: ReadBlock,
): Promise<PointChoice> {
  const seen = new Map<number, ChainPoint>();
  let prompt = sources;
  let unsettled: PointChoice | undefined;
  const readTime = async (height: number): Promise<UnixTime> => {
    // Who was too slow once is not waited for at every step, unless the others do not suffice.
    let choice = await read(height, prompt);
    if (choice.point instanceof AssayError && prompt.length < sources.length) {
      choice = await read(height);
    }
    const late = choice.outcomes.filter(isLate).map(({ source }) => source);
    prompt = prompt.filter(({ source }) => !late.includes(source));
    const { point } = choice;
    if (point instanceof AssayError) {
      unsettled = choice;
      throw point;
    }
    seen.set(height, point);
    return point.time;
  };

  let height: number;
  try {
    height = await findHeightAtTime(time, top, readTime);
  } catch (thrown) {
    if (unsettled) return unsettled;
    throw thrown;
  }
  const depth = top - height + 1;
  if (depth < confirmations) {
    throw timeUnknown(time, `its block has ${depth} confirmations, of ${confirmations} asked for`);
  }
  const choice = await read(height);
  const found = seen.get(height);
  if (found && !(choice.point instanceof AssayError) && !samePoint(choice.point, found)) {
    throw new AssayError('BITCOIN_REORGANISED', {
      message: `block ${found.hash} at height ${height} left the best chain during the search for it`,
      facts: { height },
    });
  }
  return choice;
}

/** Slower than the others at the tip, it may still be in time for the rest. */
function isLate(outcome: SourceOutcome<ChainPoint> | undefined): boolean {
  return outcome !== undefined && 'error' in outcome && outcome.error.code === 'SOURCE_NOT_AWAITED';
}

function tipHeight(tip: SourceOutcome<ChainPoint> | undefined): number {
  return tip && 'value' in tip ? tip.value.height : -1;
}
