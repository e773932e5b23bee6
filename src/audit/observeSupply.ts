import { AssayError } from '../core/assayError.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import { type ChainPoint, pointKey } from '../core/chainPoint.ts';
import { countOperators, findAgreement } from '../core/findAgreement.ts';
import { quorumHeight } from '../core/quorumHeight.ts';
import type { ReadContext } from '../core/source.ts';
import { chainKind } from '../supply/chainKind.ts';
import type {
  Pairing,
  SupplyObservation,
  SupplySource,
  TokenToRead,
} from '../supply/supplySource.ts';
import {
  askSources,
  isAgreed,
  opinionsOf,
  type Patience,
  type SourceOutcome,
} from './askSources.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

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
 * once, compared token by token. Every token gets an answer of its own.
 *
 * @throws AssayError what `findMove` gives, if the chain moved under too many sources for a quorum
 */
export async function observeSupply(
  chain: ChainId,
  sources: readonly SupplySource[],
  tokens: readonly TokenToRead[],
  pairing: Pairing,
  quorum: number,
  context: ReadContext,
  patience?: Patience,
): Promise<readonly TokenSupplyReading[]> {
  if (sources.length === 0) {
    const error = missingSource(chain);
    return tokens.map(({ token }) => ({ token, point: null, amount: error, outcomes: [] }));
  }
  const points = await choosePoints(sources, pairing, quorum, context, patience);
  const agreement = findAgreement(opinionsOf(points), quorum, pointKey);
  if (agreement.kind !== 'agreed') {
    const move = findMove(points);
    if (move) throw move;
    const error =
      agreement.kind === 'disagreed'
        ? new AssayError('SUPPLY_SOURCES_DISAGREE', {
            message: `the sources of ${chain} name ${agreement.values} different blocks for one moment`,
          })
        : lackOfQuorum('SUPPLY_QUORUM_NOT_MET', points, quorum);
    return tokens.map(({ token }) => ({
      token,
      point: null,
      amount: error,
      outcomes: points.map((outcome) =>
        'error' in outcome ? outcome : { source: outcome.source, error },
      ),
    }));
  }

  const point = agreement.members[0].value;
  const agreeing = sources.filter((_, index) => {
    const outcome = points[index];
    return outcome && 'value' in outcome && pointKey(outcome.value) === pointKey(point);
  });
  const absent = points.flatMap((outcome): SourceOutcome<never>[] => {
    if ('error' in outcome) return [outcome];
    if (pointKey(outcome.value) === pointKey(point)) return [];
    const error = new AssayError('SUPPLY_SOURCES_DISAGREE', {
      message: `the source names another block at height ${outcome.value.height}`,
    });
    return [{ source: outcome.source, error }];
  });
  const readings = await askSources(
    agreeing,
    (source, own) => source.readSupplies({ point, tokens }, own),
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
  return tokens.map(({ token }, index) => {
    const outcomes = [...readings.map((reading) => tokenOutcome(reading, token, index)), ...absent];
    const amount = agreeOnToken(token, outcomes, quorum);
    const move = amount instanceof AssayError ? findMove(readings) : undefined;
    if (move) throw move;
    return { token, point, amount, outcomes };
  });
}

/** Each source's block of the pairing, brought to one height that enough operators have reached. */
async function choosePoints(
  sources: readonly SupplySource[],
  pairing: Pairing,
  quorum: number,
  context: ReadContext,
  patience: Patience | undefined,
): Promise<SourceOutcome<ChainPoint>[]> {
  const found = await askSources(
    sources,
    (source, own) => source.findPoint(pairing, own),
    context,
    (some) => countOperators(opinionsOf(some)) >= quorum,
    patience,
  );
  const known = opinionsOf(found).map(({ operator, value }) => ({
    operator,
    height: value.height,
  }));
  if (known.length === 0) return found;
  const height = quorumHeight(known, quorum);
  const settled = found.map(
    (outcome): SourceOutcome<ChainPoint> =>
      'value' in outcome && outcome.value.height < height
        ? { source: outcome.source, error: behind(outcome.value, height) }
        : outcome,
  );
  const isHigher = (outcome: SourceOutcome<ChainPoint> | undefined) =>
    outcome !== undefined && 'value' in outcome && outcome.value.height > height;
  const agreed = isAgreed<ChainPoint>(quorum, pointKey);
  const again = await askSources(
    sources.filter((_, index) => isHigher(settled[index])),
    (source, own) => source.readPoint(height, own),
    context,
    (some) => agreed([...settled.filter((outcome) => !isHigher(outcome)), ...some]),
    patience,
  );
  return settled.map((outcome) =>
    isHigher(outcome)
      ? (again.find(({ source }) => source === outcome.source) ?? outcome)
      : outcome,
  );
}

/** Of a source that may be honest and behind: it is absent, and speaks for no other block. */
function behind(point: ChainPoint, height: number): AssayError {
  return new AssayError('SUPPLY_BLOCK_UNAVAILABLE', {
    message: `its block for that moment is ${point.height}, below block ${height}, which enough others have`,
    facts: { height },
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
  const agreement = findAgreement(opinionsOf(outcomes), quorum, (value) => value.amount.toString());
  switch (agreement.kind) {
    case 'agreed':
      return agreement.members[0].value.amount;
    case 'disagreed':
      return new AssayError('SUPPLY_SOURCES_DISAGREE', {
        message: `the sources give ${agreement.values} different supplies of ${token}`,
      });
    case 'short':
      return lackOfQuorum('SUPPLY_QUORUM_NOT_MET', outcomes, quorum);
  }
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
