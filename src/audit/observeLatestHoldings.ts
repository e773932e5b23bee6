import { AssayError } from '../core/assayError.ts';
import { tokenIdParts } from '../core/caip.ts';
import type { ReadContext } from '../core/source.ts';
import type { HoldingToRead, LatestHoldings } from '../supply/holdingReader.ts';
import type { LatestSupplySource } from '../supply/latestSupplySource.ts';
import { agreeOnFigure } from './agreeOnFigure.ts';
import { askSources, type Patience, type SourceOutcome } from './askSources.ts';
import type { AgreedHolding } from './observeHoldings.ts';
import { isSplit, settleSplit } from './settleSplit.ts';
import { isOneHistory, type Span, spanOf } from './spanOf.ts';

/** Sources that are asked at different moments may see a transfer in between: asked again then. */
const attempts = 3;

/** One source's figure, and the blocks between which it holds. */
interface HoldingSpan extends Span {
  readonly amount: bigint;
}

/**
 * What holders have of the tokens of a chain that answers only as of now, from all its sources at once,
 * compared holding by holding. Since no two sources answer for the same block, it is the amounts that
 * must agree; each figure is marked as `around` the earliest and the latest block that those named who
 * agree on it, which must be of one history: see `isOneHistory`. Where they do not agree they are asked
 * again, and see `settleSplit`.
 */
export async function observeLatestHoldings(
  holdings: readonly HoldingToRead[],
  sources: readonly LatestSupplySource[],
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<readonly AgreedHolding[]> {
  const readers = sources.flatMap(({ source, holdings: reader }) =>
    reader ? [{ source, reader }] : [],
  );
  const found = new Map<HoldingToRead, readonly AgreedHolding[]>();
  const settled = (one: HoldingToRead) => settleSplit(found.get(one) ?? []);
  let open = holdings;
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt++) {
    const wanted = open;
    const tokens = new Set(wanted.map(({ token }) => token));
    // With those that are known: whether one is a part of another shows only where both are asked for.
    const some = holdings.filter(({ token }) => tokens.has(token));
    const outcomes = await askSources(
      readers,
      ({ reader }, own) => reader.readLatestHoldings(some, own),
      context,
      (known) =>
        some.every(
          (one, index) =>
            !wanted.includes(one) || typeof agree(one, known, index, quorum).amount === 'bigint',
        ),
      patience,
    );
    for (const [index, one] of some.entries()) {
      if (!wanted.includes(one)) continue;
      found.set(one, [...(found.get(one) ?? []), agree(one, outcomes, index, quorum)]);
    }
    open = wanted.filter((one) => {
      const holding = settled(one);
      return holding !== undefined && isSplit(holding);
    });
  }
  return holdings.flatMap((one) => settled(one) ?? []);
}

function agree(
  holding: HoldingToRead,
  outcomes: readonly SourceOutcome<LatestHoldings>[],
  index: number,
  quorum: number,
): AgreedHolding {
  const own = outcomes.map((outcome) => holdingOutcome(outcome, holding, index));
  const base = {
    ...holding,
    point: null,
    isNow: true,
    outcomes: own.map(
      (outcome): SourceOutcome<bigint> =>
        'error' in outcome ? outcome : { source: outcome.source, value: outcome.value.amount },
    ),
  };
  const { token, holder } = holding;
  if (outcomes.length === 0) {
    const message = `no source of ${tokenIdParts(token).chain} can tell what ${holder} holds`;
    return { ...base, amount: new AssayError('SOURCE_MISSING', { message }) };
  }
  const what = `holdings of ${token} by ${holder}`;
  const { amount, members } = agreeOnFigure(own, quorum, (one) => one.amount, what);
  const spans = members.map(({ value }) => value);
  if (isOneHistory(spans)) return { ...base, amount, ...spanOf(spans) };
  const message = `the sources give blocks or times that contradict each other for what ${holder} has of ${token}`;
  return { ...base, amount: new AssayError('SUPPLY_SOURCES_DISAGREE', { message }) };
}

function holdingOutcome(
  outcome: SourceOutcome<LatestHoldings>,
  { token, holder }: HoldingToRead,
  index: number,
): SourceOutcome<HoldingSpan> {
  const { source } = outcome;
  if ('error' in outcome) return outcome;
  const { from, to, holdings } = outcome.value;
  const one = holdings[index];
  if (one?.token !== token || one.holder !== holder) {
    const message = `no reading of what ${holder} has of ${token}`;
    return { source, error: new AssayError('INTERNAL_ERROR', { message }) };
  }
  return 'error' in one
    ? { source, error: one.error }
    : { source, value: { amount: one.amount, from, to } };
}
