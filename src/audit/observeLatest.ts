import { AssayError } from '../core/assayError.ts';
import type { TokenId } from '../core/caip.ts';
import type { ReadContext } from '../core/source.ts';
import type { LatestObservation, LatestSupplySource } from '../supply/latestSupplySource.ts';
import type { TokenToRead } from '../supply/supplySource.ts';
import { type AgreedFigure, agreeOnFigure } from './agreeOnFigure.ts';
import { askSources, type Patience, type SourceOutcome } from './askSources.ts';
import type { TokenOutcome, TokenSupplyReading } from './observeSupply.ts';
import { readTogether, type TokensOfChain } from './readTogether.ts';
import { isSplit, settleSplit } from './settleSplit.ts';
import { isOneHistory, spanOf } from './spanOf.ts';

/** Sources that are asked at different moments may see a supply change in between: asked again then. */
const attempts = 3;

/**
 * The supply of all tokens of a chain that answers only as of now, from all its sources at once,
 * compared token by token, in the order `tokens`, `besides`. Since no two sources answer for the same
 * block, it is the amounts that must agree; each figure is marked as `around` the earliest and latest
 * block that those named who agree on it, which must be of one history: see `isOneHistory`. Where they
 * do not agree they are asked again, and see `settleSplit`. What the others of `tokens` were read between
 * is taken in, so that a chain has one span in what is signed. For those `besides` no slow source is
 * awaited, and no figure of the others is read again.
 */
export async function observeLatest(
  sources: readonly LatestSupplySource[],
  { tokens, besides }: TokensOfChain,
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<readonly TokenSupplyReading[]> {
  const all = [...tokens, ...besides];
  const readings = new Map<TokenId, readonly TokenSupplyReading[]>();
  const settled = (token: TokenId) => settleSplit(readings.get(token) ?? []);
  const splitOf = (some: readonly TokenToRead[]) =>
    some.filter(({ token }) => {
      const reading = settled(token);
      return reading !== undefined && isSplit(reading);
    });
  let asked: TokensOfChain = { tokens, besides };
  for (let attempt = 0; attempt < attempts; attempt++) {
    for (const one of await observeOnce(sources, asked, quorum, context, patience)) {
      readings.set(one.token, [...(readings.get(one.token) ?? []), one]);
    }
    if (splitOf(all).length === 0) break;
    if (splitOf(tokens).length === 0) asked = { tokens: [], besides: splitOf(besides) };
  }
  const span = spanOf(tokens.flatMap(({ token }) => settled(token)?.around ?? []));
  return [
    ...tokens
      .flatMap(({ token }) => settled(token) ?? [])
      .map((one) => (one.point ? { ...one, ...span } : one)),
    ...besides.flatMap(({ token }) => settled(token) ?? []),
  ];
}

async function observeOnce(
  sources: readonly LatestSupplySource[],
  together: TokensOfChain,
  quorum: number,
  context: ReadContext,
  patience: Patience | undefined,
): Promise<readonly TokenSupplyReading[]> {
  const all = [...together.tokens, ...together.besides];
  const awaited = together.tokens.length > 0 ? together.tokens : all;
  const outcomes = await askSources(
    sources,
    (source, own) => readTogether(together, (some) => source.readLatest(some, own), own),
    context,
    (some) =>
      awaited.every(
        ({ token }, index) => typeof agreeOn(some, token, index, quorum).amount === 'bigint',
      ),
    patience,
  );
  return all.map(({ token }, index) => {
    const { amount, members } = agreeOn(outcomes, token, index, quorum);
    // Who gives another figure does not say for which moment this one holds.
    const spans = outcomes.flatMap((outcome) => {
      const counts =
        members.length === 0 || members.some(({ source }) => source === outcome.source);
      return 'value' in outcome && counts ? [outcome.value] : [];
    });
    const isTold = amount instanceof AssayError || isOneHistory(spans);
    return {
      token,
      ...spanOf(spans),
      amount: isTold ? amount : contradictory(token),
      outcomes: outcomes.map((outcome) => tokenOutcome(outcome, token, index)),
    };
  });
}

function contradictory(token: TokenId): AssayError {
  return new AssayError('SUPPLY_SOURCES_DISAGREE', {
    message: `the sources give blocks or times that contradict each other for the supply of ${token}`,
  });
}

function agreeOn(
  outcomes: readonly SourceOutcome<LatestObservation>[],
  token: TokenId,
  index: number,
  quorum: number,
): AgreedFigure<{ readonly amount: bigint }> {
  const own = outcomes.map((outcome) => tokenOutcome(outcome, token, index));
  return agreeOnFigure(own, quorum, ({ amount }) => amount, `supplies of ${token}`);
}

function tokenOutcome(
  outcome: SourceOutcome<LatestObservation>,
  token: TokenId,
  index: number,
): TokenOutcome {
  const { source } = outcome;
  if ('error' in outcome) return { source, error: outcome.error };
  const one = outcome.value.tokens[index];
  if (one?.token !== token) {
    return {
      source,
      error: new AssayError('INTERNAL_ERROR', { message: `no reading of ${token}` }),
    };
  }
  if ('error' in one) return { source, error: one.error };
  return { source, value: { point: outcome.value.to, amount: one.amount } };
}
