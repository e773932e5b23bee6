import type {
  BitcoinSource,
  CustodyScript,
  ReserveObservation,
  ReservesRequest,
  ReserveWindow,
  ScriptReserve,
} from '../bitcoin/bitcoinSource.ts';
import { findSharedOutputs } from '../bitcoin/findSharedOutputs.ts';
import { PartialReadingError } from '../bitcoin/partialReadingError.ts';
import { refuseShared } from '../bitcoin/refuseShared.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { samePoint } from '../core/chainPoint.ts';
import { consistentOpinions, countOperators } from '../core/findAgreement.ts';
import { quorumHeight } from '../core/quorumHeight.ts';
import { Sats, sumSats } from '../core/sats.ts';
import type { ReadContext } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import {
  agreeOnScripts,
  type Dispute,
  type ScriptAgreement,
  type ScriptsAgreement,
  type ScriptsOpinion,
} from './agreeOnScripts.ts';
import { askSources, type Patience, type SourceOutcome } from './askSources.ts';
import { describeDispute } from './describeDispute.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

/** The reserves as enough operators agree on them. */
export interface AgreedReserves {
  readonly total: Sats;
  /** One entry per script of the request, in its order. */
  readonly scripts: readonly ScriptReserve[];
  /** The highest tip that enough of those have reached who agree: where the window ends. */
  readonly tip: ChainPoint;
  /**
   * The widest window that any source saw which agrees on every script; null where fewer operators than
   * the quorum do.
   */
  readonly window: ReserveWindow | null;
}

export interface ReservesReading {
  readonly agreed: AgreedReserves | AssayError;
  /** One entry per script of the request. */
  readonly scripts: readonly ScriptAgreement[];
  /** What the sources say differently, also where the quorum outvotes a minority. */
  readonly disputes: readonly Dispute[];
  readonly outcomes: readonly SourceOutcome<ReserveObservation>[];
}

/**
 * Reads the reserves as of one block from all sources at once and compares them script by script, by
 * their outputs where sources list them.
 *
 * @throws AssayError what `findMove` gives, if the chain moved under too many sources for a quorum:
 * the caller must choose another block, for both sides
 */
export async function observeReserves(
  sources: readonly BitcoinSource[],
  point: ChainPoint,
  scripts: readonly CustodyScript[],
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<ReservesReading> {
  const compare = (outcomes: readonly SourceOutcome<ReserveObservation>[]) =>
    countEachOnce(agreeOnScripts(outcomes.flatMap(opinionOf), scripts.length, quorum));
  const outcomes = await askSources(
    sources,
    (source, own) => readAt(source, { point, scripts }, own),
    context,
    (some) => reservesOf(compare(some)) !== null,
    patience,
  );
  const agreement = compare(outcomes);
  const reserves = reservesOf(agreement);
  if (reserves === null) {
    const move = findMove(outcomes);
    if (move) throw move;
    return { agreed: explain(agreement, outcomes, scripts, point, quorum), ...agreement, outcomes };
  }
  return {
    agreed: { ...reserves, ...spanOf(agreement.scripts, outcomes, point, quorum) },
    ...agreement,
    outcomes,
  };
}

/**
 * A source that answers for another block than it was asked for says nothing of this one, and one that
 * gives an output to two scripts says nothing of these.
 */
async function readAt(
  source: BitcoinSource,
  request: ReservesRequest,
  context: ReadContext,
): Promise<ReserveObservation> {
  const observation = await source.readReserves(request, context);
  if (!samePoint(observation.point, request.point)) {
    throw sourceResponseInvalid(source.source, 'answered for another block than it was asked for');
  }
  const scripts = refuseShared(observation.scripts, source.source);
  if (scripts === observation.scripts) return observation;
  throw new PartialReadingError({ ...observation, scripts });
}

/** Where different operators are believed of different scripts, an output may still be at two. */
function countEachOnce(agreement: ScriptsAgreement): ScriptsAgreement {
  const shared = findSharedOutputs(
    agreement.scripts.flatMap((one) => (one.kind === 'agreed' ? [one.reserve] : [])),
  );
  if (shared.size === 0) return agreement;
  return {
    ...agreement,
    scripts: agreement.scripts.map((one) =>
      one.kind === 'agreed' && shared.has(one.reserve.script)
        ? { kind: 'disagreed', operators: one.operators }
        : one,
    ),
  };
}

/** What a source says of the scripts: all of them, or those that it could read. */
function opinionOf(outcome: SourceOutcome<ReserveObservation>): readonly ScriptsOpinion[] {
  const { operator } = outcome.source;
  if ('value' in outcome) return [{ operator, scripts: outcome.value.scripts }];
  const { error } = outcome;
  return error instanceof PartialReadingError
    ? [{ operator, scripts: refuseShared(error.observation.scripts, outcome.source) }]
    : [];
}

function reservesOf({
  scripts,
}: ScriptsAgreement): Pick<AgreedReserves, 'total' | 'scripts'> | null {
  const reserves = scripts.flatMap((one) => (one.kind === 'agreed' ? [one.reserve] : []));
  if (reserves.length < scripts.length) return null;
  return { total: sumSats(reserves.map(({ sats }) => sats)), scripts: reserves };
}

/** Tip and window, from those sources alone that agree on every script, if they are enough. */
function spanOf(
  agreements: readonly ScriptAgreement[],
  outcomes: readonly SourceOutcome<ReserveObservation>[],
  point: ChainPoint,
  quorum: number,
): Pick<AgreedReserves, 'tip' | 'window'> {
  const agreeing = outcomes.flatMap((outcome) =>
    'value' in outcome &&
    agreements.every(({ operators }) => operators.includes(outcome.source.operator))
      ? [{ operator: outcome.source.operator, ...outcome.value }]
      : [],
  );
  const tips = consistentOpinions(
    agreeing,
    (one, other) => one.tip.height !== other.tip.height || samePoint(one.tip, other.tip),
  );
  if (countOperators(tips) < quorum) return { tip: point, window: null };
  // One that boasts of a higher tip alone does not say where the window ends.
  const height = quorumHeight(
    tips.map(({ operator, tip }) => ({ operator, height: tip.height })),
    quorum,
  );
  const tip = tips.find((one) => one.tip.height === height)?.tip ?? point;
  const window = agreeing.map((one) => one.window).reduce(widen);
  return { tip: tip.height < point.height ? point : tip, window };
}

function widen(one: ReserveWindow, other: ReserveWindow): ReserveWindow {
  return {
    lowest: Sats(other.lowest < one.lowest ? other.lowest : one.lowest),
    highest: Sats(other.highest > one.highest ? other.highest : one.highest),
  };
}

/** Why the reserves are not known: a disagreement says more than a lack of answers. */
function explain(
  { scripts: agreements, disputes }: ScriptsAgreement,
  outcomes: readonly SourceOutcome<ReserveObservation>[],
  scripts: readonly CustodyScript[],
  point: ChainPoint,
  quorum: number,
): AssayError {
  const disagreed = agreements.filter((one) => one.kind === 'disagreed').length;
  if (disagreed > 0) {
    const [first] = disputes;
    return new AssayError('BITCOIN_SOURCES_DISAGREE', {
      message: `the sources disagree about ${disagreed} of ${scripts.length} addresses at height ${point.height}${
        first ? `: ${describeDispute(first, scripts)}` : ''
      }`,
      facts: { height: point.height, addresses: disagreed },
    });
  }
  const agreed = agreements.filter((one) => one.kind === 'agreed').length;
  if (agreed === 0) return lackOfQuorum('BITCOIN_QUORUM_NOT_MET', outcomes, quorum);
  return new AssayError('BITCOIN_RESERVES_PARTIAL', {
    message: `enough operators agree on ${agreed} of ${scripts.length} addresses only`,
    facts: { agreed, addresses: scripts.length },
  });
}
