import { AssayError } from '../core/assayError.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import { type ChainPoint, pointKey } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { chainKind } from '../supply/chainKind.ts';
import type { Pairing, SupplyObservation, SupplySource } from '../supply/supplySource.ts';
import { agreeOnFigure } from './agreeOnFigure.ts';
import { askSources, opinionsOf, type Patience, type SourceOutcome } from './askSources.ts';
import { choosePoints, disagreeingPoints } from './choosePoints.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';
import { readTogether, type TokensOfChain } from './readTogether.ts';

/** What one source says of one token, as the report shows it. */
export type TokenOutcome = SourceOutcome<{ readonly point: ChainPoint; readonly amount: bigint }>;

/** One token's supply as enough operators agree on it, or why it is not known. */
export interface TokenSupplyReading {
  readonly token: TokenId;
  readonly point: ChainPoint | null;
  /** The two blocks between which the figure holds, where its chain answers only as of now. */
  readonly around?: { readonly from: ChainPoint; readonly to: ChainPoint };
  readonly amount: bigint | AssayError;
  readonly outcomes: readonly TokenOutcome[];
}

/**
 * The supply of all tokens of one chain at the block of the pairing, from all sources of the chain at
 * once, compared token by token. Every token gets an answer of its own, in the order `tokens`,
 * `besides`. For those `besides` no slow source is awaited, and no reading is given up.
 *
 * @throws AssayError what `findMove` gives, if the chain moved under too many sources for a quorum
 */
export async function observeSupply(
  chain: ChainId,
  sources: readonly SupplySource[],
  together: TokensOfChain,
  pairing: Pairing,
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<readonly TokenSupplyReading[]> {
  const { tokens, besides } = together;
  const all = [...tokens, ...besides];
  if (sources.length === 0) {
    const error = missingSource(chain);
    return all.map(({ token }) => ({ token, point: null, amount: error, outcomes: [] }));
  }
  const points = await choosePoints(sources, pairing, quorum, context, patience);
  const agreement = findAgreement(opinionsOf(points), quorum, pointKey);
  if (agreement.kind !== 'agreed') {
    const move = findMove(points);
    if (move) throw move;
    const error =
      agreement.kind === 'disagreed'
        ? disagreeingPoints(chain, points)
        : lackOfQuorum('SUPPLY_QUORUM_NOT_MET', points, quorum);
    return all.map(({ token }) => ({
      token,
      point: null,
      amount: error,
      outcomes: points.map((outcome) =>
        'error' in outcome ? outcome : { source: outcome.source, error },
      ),
    }));
  }

  const { members } = agreement;
  const point = members[0].value;
  const isMember = (one: SourceRef) => members.some(({ source }) => source === one);
  const agreeing = sources.filter(({ source }) => isMember(source));
  const absent = points.flatMap((outcome): SourceOutcome<never>[] => {
    if ('error' in outcome) return [outcome];
    if (isMember(outcome.source)) return [];
    const isOther = pointKey(outcome.value) !== pointKey(point);
    const error = new AssayError('SUPPLY_SOURCES_DISAGREE', {
      message: `${isOther ? 'the source' : 'another source of the operator'} names another block than that at height ${point.height}`,
    });
    return [{ source: outcome.source, error }];
  });
  const readings = await askSources(
    agreeing,
    (source, own) =>
      readTogether(together, (some) => source.readSupplies({ point, tokens: some }, own), own),
    context,
    (some) =>
      tokens.every(
        ({ token }, index) =>
          !(
            agreeOnToken(
              token,
              some.map((one) => tokenOutcome(one, token, index)),
              quorum,
            ) instanceof AssayError
          ),
      ),
    patience,
  );
  return all.map(({ token }, index) => {
    const outcomes = [...readings.map((reading) => tokenOutcome(reading, token, index)), ...absent];
    const amount = agreeOnToken(token, outcomes, quorum);
    const counts = index < tokens.length;
    const move = counts && amount instanceof AssayError ? findMove(readings) : undefined;
    if (move) throw move;
    return { token, point, amount, outcomes };
  });
}

function tokenOutcome(
  reading: SourceOutcome<SupplyObservation>,
  token: TokenId,
  index: number,
): TokenOutcome {
  const { source } = reading;
  if ('error' in reading) return reading;
  const one = reading.value.tokens[index];
  if (one?.token !== token) {
    const error = new AssayError('INTERNAL_ERROR', { message: `no reading of ${token}` });
    return { source, error };
  }
  if ('error' in one) return { source, error: one.error };
  return { source, value: { point: reading.value.point, amount: one.amount } };
}

function agreeOnToken(
  token: TokenId,
  outcomes: readonly TokenOutcome[],
  quorum: number,
): bigint | AssayError {
  return agreeOnFigure(outcomes, quorum, ({ amount }) => amount, `supplies of ${token}`).amount;
}

function missingSource(chain: ChainId): AssayError {
  return chainKind(chain) !== undefined
    ? new AssayError('SOURCE_MISSING', {
        message: `no source is configured for ${chain}`,
        fix: `Name one with --rpc ${chain}=URL, or in the config file.`,
      })
    : new AssayError('SUPPLY_CHAIN_UNSUPPORTED', {
        message: `assay cannot read tokens on ${chain} yet`,
      });
}
