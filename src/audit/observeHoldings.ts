import { AssayError } from '../core/assayError.ts';
import { type ChainId, type TokenId, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import type { ReadContext } from '../core/source.ts';
import type { HoldingReading, HoldingToRead } from '../supply/holdingReader.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import { askSources, opinionsOf, type Patience, type SourceOutcome } from './askSources.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

/** What a holder has of a token as enough operators agree on it, or why it is not known. */
export interface AgreedHolding extends HoldingToRead {
  readonly amount: bigint | AssayError;
}

/**
 * What holders have of tokens, each at the block that is given for its chain, from all sources of that
 * chain, compared holding by holding.
 */
export async function observeHoldings(
  holdings: readonly HoldingToRead[],
  points: ReadonlyMap<ChainId, ChainPoint>,
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<readonly AgreedHolding[]> {
  const chains = [...new Set(holdings.map(({ token }) => tokenIdParts(token).chain))];
  const perChain = await Promise.all(
    chains.map(async (chain) => {
      const own = holdings.filter(({ token }) => tokenIdParts(token).chain === chain);
      const readers = sources.flatMap((source) =>
        source.chain === chain && !isLatest(source) && source.holdings
          ? [{ source: source.source, reader: source.holdings }]
          : [],
      );
      const point = points.get(chain);
      if (readers.length === 0 || !point) return own.map((one) => unread(one, chain));
      const outcomes = await askSources(
        readers,
        ({ reader }, context) => reader.readHoldings(own, point, context),
        context,
        (some) => own.every((_, index) => typeof agreeOn(some, index, quorum) === 'bigint'),
        patience,
      );
      return own.map((one, index) => ({ ...one, amount: agreeOn(outcomes, index, quorum) }));
    }),
  );
  const known = new Map(perChain.flat().map((one) => [keyOf(one), one]));
  return holdings.flatMap((one) => known.get(keyOf(one)) ?? []);
}

function keyOf({ token, holder }: { readonly token: TokenId; readonly holder: string }): string {
  return `${token} ${holder}`;
}

function unread(holding: HoldingToRead, chain: ChainId): AgreedHolding {
  const message = `no source of ${chain} can tell what ${holding.holder} holds`;
  return { ...holding, amount: new AssayError('SOURCE_MISSING', { message }) };
}

function agreeOn(
  outcomes: readonly SourceOutcome<readonly HoldingReading[]>[],
  index: number,
  quorum: number,
): bigint | AssayError {
  const own = outcomes.map((outcome): SourceOutcome<bigint> => {
    const { source } = outcome;
    if ('error' in outcome) return { source, error: outcome.error };
    const reading = outcome.value[index];
    if (!reading) return { source, error: new AssayError('INTERNAL_ERROR') };
    return 'error' in reading
      ? { source, error: reading.error }
      : { source, value: reading.amount };
  });
  const agreement = findAgreement(opinionsOf(own), quorum, String);
  if (agreement.kind === 'agreed') return agreement.members[0].value;
  return agreement.kind === 'disagreed'
    ? new AssayError('SUPPLY_SOURCES_DISAGREE')
    : lackOfQuorum('SUPPLY_QUORUM_NOT_MET', own, quorum);
}
