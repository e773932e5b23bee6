import { AssayError } from '../core/assayError.ts';
import type { TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import type { ReadContext } from '../core/source.ts';
import type { LatestObservation, LatestSupplySource } from '../supply/latestSupplySource.ts';
import type { TokenToRead } from '../supply/supplySource.ts';
import { askSources, opinionsOf, type Patience, type SourceOutcome } from './askSources.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';
import type { TokenOutcome, TokenSupplyReading } from './observeSupply.ts';

/** Sources that are asked at different moments may see a supply change in between: asked again then. */
const attempts = 3;

/**
 * The supply of all tokens of a chain that answers only as of now, from all its sources at once,
 * compared token by token. Since no two sources answer for the same block, it is the amounts that must
 * agree; each figure is marked as `around` the earliest and latest block that any source named.
 */
export async function observeLatest(
  sources: readonly LatestSupplySource[],
  tokens: readonly TokenToRead[],
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<readonly TokenSupplyReading[]> {
  let readings: readonly TokenSupplyReading[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const outcomes = await askSources(
      sources,
      (source, own) => source.readLatest(tokens, own),
      context,
      (some) =>
        tokens.every((_, index) => typeof agreeOn(some, tokens, index, quorum) === 'bigint'),
      patience,
    );
    readings = tokens.map(({ token }, index) => ({
      token,
      ...spanOf(outcomes),
      amount: agreeOn(outcomes, tokens, index, quorum),
      outcomes: outcomes.map((outcome) => tokenOutcome(outcome, token, index)),
    }));
    const isSplit = readings.some(
      ({ amount }) => amount instanceof AssayError && amount.code === 'SUPPLY_SOURCES_DISAGREE',
    );
    if (!isSplit) break;
  }
  return readings;
}

/** The earliest and the latest block that a source named; one figure holds for some moment between. */
function spanOf(
  outcomes: readonly SourceOutcome<LatestObservation>[],
): Pick<TokenSupplyReading, 'point' | 'around'> {
  let from: ChainPoint | null = null;
  let to: ChainPoint | null = null;
  for (const { value } of opinionsOf(outcomes)) {
    if (from === null || value.from.height < from.height) ({ from } = value);
    if (to === null || value.to.height > to.height) ({ to } = value);
  }
  if (from === null || to === null) return { point: null };
  return from.hash === to.hash ? { point: from } : { point: from, around: { from, to } };
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
