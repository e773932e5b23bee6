import { AssayError } from '../core/assayError.ts';
import type { TokenId } from '../core/caip.ts';
import { findAgreement } from '../core/findAgreement.ts';
import type { ReadContext } from '../core/source.ts';
import type { LatestObservation, LatestSupplySource } from '../supply/latestSupplySource.ts';
import type { TokenToRead } from '../supply/supplySource.ts';
import { askSources, opinionsOf, type Patience, type SourceOutcome } from './askSources.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';
import type { TokenOutcome, TokenSupplyReading } from './observeSupply.ts';
import { readTogether, type TokensOfChain } from './readTogether.ts';
import { isSplit, settleSplit } from './settleSplit.ts';
import { isInOrder, spanOf } from './spanOf.ts';

/** Sources that are asked at different moments may see a supply change in between: asked again then. */
const attempts = 3;

/**
 * The supply of all tokens of a chain that answers only as of now, from all its sources at once,
 * compared token by token, in the order `tokens`, `besides`. Since no two sources answer for the same
 * block, it is the amounts that must agree; each figure is marked as `around` the earliest and latest
 * block that those named who agree on it, whose times must be in the order of their heights. Where they
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
    (some) => awaited.every((_, index) => typeof agreeOn(some, all, index, quorum) === 'bigint'),
    patience,
  );
  return all.map(({ token }, index) => {
    const own = outcomes.map((outcome) => tokenOutcome(outcome, token, index));
    const amount = agreeOn(outcomes, all, index, quorum);
    // Who gives another figure does not say for which moment this one holds.
    const agreeing = outcomes.flatMap((outcome, at) => {
      const one = own[at];
      const agrees = one && 'value' in one && one.value.amount === amount;
      return 'value' in outcome && (agrees || amount instanceof AssayError) ? [outcome.value] : [];
    });
    const isTold = amount instanceof AssayError || isInOrder(agreeing);
    return {
      token,
      ...spanOf(agreeing),
      amount: isTold ? amount : outOfOrder(token),
      outcomes: own,
    };
  });
}

function outOfOrder(token: TokenId): AssayError {
  return new AssayError('SUPPLY_SOURCES_DISAGREE', {
    message: `the sources give times that contradict each other for the supply of ${token}`,
  });
}

function agreeOn(
  outcomes: readonly SourceOutcome<LatestObservation>[],
  tokens: readonly TokenToRead[],
  index: number,
  quorum: number,
): bigint | AssayError {
  const token = tokens[index]?.token ?? tokens[0]?.token;
  if (token === undefined) return new AssayError('INTERNAL_ERROR', { message: 'no token to read' });
  const own = outcomes.map((outcome) => tokenOutcome(outcome, token, index));
  const agreement = findAgreement(opinionsOf(own), quorum, ({ amount }) => amount.toString());
  switch (agreement.kind) {
    case 'agreed':
      return agreement.members[0].value.amount;
    case 'disagreed':
      return new AssayError('SUPPLY_SOURCES_DISAGREE', {
        message: `the sources give ${agreement.values} different supplies of ${token}`,
      });
    case 'short':
      return lackOfQuorum('SUPPLY_QUORUM_NOT_MET', own, quorum);
  }
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
