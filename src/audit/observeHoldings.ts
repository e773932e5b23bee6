import { AssayError } from '../core/assayError.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { HoldingReading, HoldingToRead } from '../supply/holdingReader.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import { agreeOnFigure } from './agreeOnFigure.ts';
import { askSources, type Patience, type SourceOutcome } from './askSources.ts';
import { observeLatestHoldings } from './observeLatestHoldings.ts';
import type { ChainPoints } from './pointsOf.ts';

/** What a holder has of a token as enough operators agree on it, or why it is not known. */
export interface AgreedHolding extends HoldingToRead {
  readonly amount: bigint | AssayError;
  /** The block at which it was read, or the first of `around`; null where it was not read. */
  readonly point: ChainPoint | null;
  /** The two blocks between which the figure holds, where its chain answers only as of now. */
  readonly around?: { readonly from: ChainPoint; readonly to: ChainPoint };
  /** Whether its chain answers only as of now, so that it is of another moment than was asked for. */
  readonly isNow: boolean;
  /** What each source that was asked said of it. */
  readonly outcomes: readonly SourceOutcome<bigint>[];
}

/**
 * What holders have of tokens, from all sources of their chain, compared holding by holding: each at the
 * block that is given for its chain, or as of now where no source of the chain can name a block. Where
 * there is a reason instead of a block, it is that of each holding.
 */
export async function observeHoldings(
  holdings: readonly HoldingToRead[],
  points: ChainPoints,
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<readonly AgreedHolding[]> {
  const chains = [...new Set(holdings.map(({ token }) => tokenIdParts(token).chain))];
  const perChain = await Promise.all(
    chains.map((chain) => {
      const own = holdings.filter(({ token }) => tokenIdParts(token).chain === chain);
      const servers = sources.filter((source) => source.chain === chain);
      return servers.length > 0 && servers.every(isLatest)
        ? observeLatestHoldings(own, servers, quorum, context, patience)
        : observeAt(own, points.get(chain), quorum, servers, context, patience);
    }),
  );
  const known = new Map(perChain.flat().map((one) => [keyOf(one), one]));
  return holdings.flatMap((one) => known.get(keyOf(one)) ?? unread(one));
}

/** Holdings of one chain at one block. */
async function observeAt(
  holdings: readonly HoldingToRead[],
  point: ChainPoint | AssayError | undefined,
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<readonly AgreedHolding[]> {
  if (point instanceof AssayError) return holdings.map((one) => unread(one, point));
  const readers = sources.flatMap((source) =>
    !isLatest(source) && source.holdings
      ? [{ source: source.source, reader: source.holdings }]
      : [],
  );
  if (readers.length === 0 || !point) return holdings.map((one) => unread(one));
  const outcomes = await askSources(
    readers,
    ({ reader }, own) => reader.readHoldings(holdings, point, own),
    context,
    (some) =>
      holdings.every(
        (one, index) => typeof agreeOn(one, outcomesOf(some, index), quorum) === 'bigint',
      ),
    patience,
  );
  return holdings.map((one, index) => {
    const own = outcomesOf(outcomes, index);
    return { ...one, amount: agreeOn(one, own, quorum), point, isNow: false, outcomes: own };
  });
}

function keyOf({ token, holder }: { readonly token: TokenId; readonly holder: string }): string {
  return `${token} ${holder}`;
}

function unread(holding: HoldingToRead, why?: AssayError): AgreedHolding {
  const { chain } = tokenIdParts(holding.token);
  const message = `no source of ${chain} can tell what ${holding.holder} holds`;
  const amount = why ?? new AssayError('SOURCE_MISSING', { message });
  return { ...holding, amount, point: null, isNow: false, outcomes: [] };
}

function outcomesOf(
  outcomes: readonly SourceOutcome<readonly HoldingReading[]>[],
  index: number,
): readonly SourceOutcome<bigint>[] {
  return outcomes.map((outcome): SourceOutcome<bigint> => {
    const { source } = outcome;
    if ('error' in outcome) return { source, error: outcome.error };
    const reading = outcome.value[index];
    if (!reading) return { source, error: new AssayError('INTERNAL_ERROR') };
    return 'error' in reading
      ? { source, error: reading.error }
      : { source, value: reading.amount };
  });
}

function agreeOn(
  { token, holder }: HoldingToRead,
  own: readonly SourceOutcome<bigint>[],
  quorum: number,
): bigint | AssayError {
  return agreeOnFigure(own, quorum, (amount) => amount, `holdings of ${token} by ${holder}`).amount;
}
