import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import { momentSide, momentSpan } from '../core/bitcoinMoment.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type ChainPoint, pointKey, samePoint } from '../core/chainPoint.ts';
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
import { findHeightAtTime, timeUnknown } from './findHeightAtTime.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';
import { type BlockAround, type HeaderMoment, readBlockAround } from './readBlockAround.ts';

/** The state to audit, where it is not the newest one. */
export type AuditedState = { readonly height: number } | { readonly time: UnixTime };

/** The block H that enough operators have, and when it was mined; or why there is none. */
export type PointChoice = PointOutcomes &
  (
    | { readonly point: ChainPoint; readonly moment: HeaderMoment }
    | { readonly point: AssayError; readonly moment: null }
  );

interface PointOutcomes {
  /** What each source says is the block at H, or why it says nothing. */
  readonly outcomes: readonly SourceOutcome<ChainPoint>[];
}

/**
 * The Bitcoin block to audit: at the height that was asked for, or the last one at or before a moment
 * (see `findHeightAtTime`), or buried under `confirmations` blocks. It must be agreed by `quorum`
 * operators, and so must the blocks around it that tell its moment, and those of every block that the
 * search for a moment looks at.
 *
 * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP where the height asked for is above every tip;
 * BITCOIN_TIME_UNKNOWN where no block belongs to the moment asked for, or not one that is buried as
 * deep; what `findMove` gives, if the chain moved meanwhile; whatever the signal's abort gives
 */
export async function chooseBitcoinPoint(
  network: BitcoinNetwork,
  sources: readonly BitcoinSource[],
  policy: { readonly confirmations: number; readonly quorum: number },
  at: AuditedState | undefined,
  context: ReadContext,
  patience?: Patience,
): Promise<PointChoice> {
  if (sources.length === 0) {
    const point = new AssayError('SOURCE_MISSING', { message: 'no Bitcoin source is configured' });
    return { point, moment: null, outcomes: [] };
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
    return unknown(lackOfQuorum('BITCOIN_QUORUM_NOT_MET', tips, quorum), tips);

  const top = quorumHeight(known, quorum);
  const view = { network, top, sources, tips, quorum, context, patience };
  const read: ReadBlock = (height, among) => readAgreed(height, among ?? sources, view);
  if (at && 'time' in at) {
    if (countOperators(known) < quorum)
      return unknown(lackOfQuorum('BITCOIN_QUORUM_NOT_MET', tips, quorum), tips);
    return readAtTime(at.time, top, confirmations, sources, read);
  }

  const height = at === undefined ? top - (confirmations - 1) : at.height;
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

/** What is known of the chain before any block of it is looked at. */
interface ChainView {
  readonly network: BitcoinNetwork;
  /** The height that the quorum has reached. */
  readonly top: number;
  readonly sources: readonly BitcoinSource[];
  /** Of each source, in their order. */
  readonly tips: readonly SourceOutcome<ChainPoint>[];
  readonly quorum: number;
  readonly context: ReadContext;
  readonly patience: Patience | undefined;
}

async function readAgreed(
  height: number,
  among: readonly BitcoinSource[],
  { network, top, sources, tips, quorum, context, patience }: ChainView,
): Promise<PointChoice> {
  // A source whose tip is lower than H has no block there; one that had it must still have it.
  const reached = sources.filter(
    (source, index) =>
      among.includes(source) && (tipHeight(tips[index]) >= height || isLate(tips[index])),
  );
  const { toHeight } = momentSpan(height, top);
  const agreeOnMoment = (some: readonly SourceOutcome<BlockAround>[]) =>
    findAgreement(
      // One that is a block behind has the block, and not all that are around it.
      opinionsOf(some).filter(({ value }) => value.moment.toHeight === toHeight),
      quorum,
      ({ moment }) => Buffer.from(moment.headers).toString('hex'),
    );
  const blocks = await askSources(
    reached,
    (source, own) => {
      const tip = tips[sources.indexOf(source)];
      const highest = isLate(tip) ? toHeight : Math.min(toHeight, tipHeight(tip));
      return readBlockAround(source, network, height, highest, own);
    },
    context,
    (some) => agreeOnMoment(some).kind === 'agreed' && isAgreed(quorum, pointKey)(pointsOf(some)),
    patience,
  );
  const points = pointsOf(blocks);
  // What was cut short tells nothing of the block.
  context.signal?.throwIfAborted();
  const absent = tips.flatMap((tip): SourceOutcome<never>[] => {
    if ('error' in tip) return isLate(tip) ? [] : [tip];
    if (tip.value.height >= height) return [];
    const message = `its tip is at ${tip.value.height}, below the block to be audited`;
    return [{ source: tip.source, error: new AssayError('BITCOIN_HEIGHT_ABOVE_TIP', { message }) }];
  });
  const outcomes = [...points, ...absent];
  const block = findAgreement(opinionsOf(points), quorum, pointKey);
  const around = agreeOnMoment(blocks);
  if (block.kind === 'agreed' && around.kind === 'agreed') {
    return { point: block.members[0].value, moment: around.members[0].value.moment, outcomes };
  }
  const move = findMove(points);
  if (move) throw move;
  const isSplit = block.kind === 'disagreed' || around.kind === 'disagreed';
  if (!isSplit) return unknown(lackOfQuorum('BITCOIN_QUORUM_NOT_MET', outcomes, quorum), outcomes);
  const where = block.kind === 'agreed' ? 'around' : 'at';
  return unknown(
    new AssayError('BITCOIN_SOURCES_DISAGREE', {
      message: `the sources name different blocks ${where} height ${height}`,
      facts: { height },
    }),
    outcomes,
  );
}

function unknown(point: AssayError, outcomes: readonly SourceOutcome<ChainPoint>[]): PointChoice {
  return { point, moment: null, outcomes };
}

function pointsOf(blocks: readonly SourceOutcome<BlockAround>[]): SourceOutcome<ChainPoint>[] {
  return blocks.map((one) => ('value' in one ? { ...one, value: one.value.point } : one));
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
    const { point, moment } = choice;
    if (moment === null) {
      unsettled = choice;
      throw point;
    }
    seen.set(height, point);
    return moment.time;
  };

  let height: number;
  try {
    height = await findHeightAtTime(time, top - momentSide, readTime);
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
