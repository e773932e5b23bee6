import { AssayError } from '../../core/assayError.ts';
import { type ChainId, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { sourceTipWentBack, supplyRequestInvalid } from '../errors.ts';
import type { LatestSupplySource } from '../latestSupplySource.ts';
import type { TokenReading, TokenToRead } from '../supplySource.ts';
import type { CoinMetadata } from './suiAnswers.ts';
import { checkCoin, coinTypeOf } from './suiCoin.ts';

/** What a server says of some coins at once. */
export interface SuiAnswer {
  /** Checkpoints that frame the figures: at least one. */
  readonly points: readonly [ChainPoint, ...ChainPoint[]];
  /** One entry per coin type, in their order; null where the chain has no such coin. */
  readonly coins: readonly CoinMetadata[];
}

/** What a reading needs of an interface of Sui. */
export interface SuiInterface {
  readonly source: SourceRef;
  readonly chain: ChainId;
  readonly coinsAtOnce: number;
  /**
   * Asks for some coins, none perhaps, and for checkpoints around what is said of them.
   *
   * @param from the earliest checkpoint so far that the server named before; none at first
   * @throws AssayError SOURCE_*
   */
  ask(
    coinTypes: readonly string[],
    from: ChainPoint | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SuiAnswer>;
  close(): Promise<void>;
}

/** Of the servers behind one address some are behind others. */
const lagSeconds = 60;

/**
 * A `LatestSupplySource` over one interface of Sui, none of which promises a history of supplies: the
 * figures are framed by the earliest and the latest checkpoint that the server named, one of them
 * before it was asked for any figure. Checkpoints are final.
 */
export function createSuiReader(api: SuiInterface): LatestSupplySource {
  const { source, chain } = api;
  let newest: ChainPoint | undefined;

  async function ask(
    coinTypes: readonly string[],
    from: ChainPoint | undefined,
    context: ReadContext,
  ): Promise<SuiAnswer> {
    const seen = newest;
    const answer = await api.ask(coinTypes, from, context.signal);
    for (const point of answer.points) {
      const error = judgeOrder(seen, point);
      // Said once: what was seen before may have been the mistake.
      if (error || !newest || point.height > newest.height) newest = point;
      if (error) throw error;
    }
    return answer;
  }

  /** What is wrong with a checkpoint after the one that was seen before. */
  function judgeOrder(seen: ChainPoint | undefined, point: ChainPoint): AssayError | undefined {
    if (!seen || point.height > seen.height) return undefined;
    if (point.time < seen.time - lagSeconds) {
      return sourceTipWentBack(source, seen.height, point.height);
    }
    const isSame = point.height === seen.height;
    const differs = point.hash !== seen.hash || point.time !== seen.time;
    return point.time > seen.time || (isSame && differs)
      ? sourceResponseInvalid(source, `contradicts itself about checkpoint ${point.height}`)
      : undefined;
  }

  function typeOf(toRead: TokenToRead): string | AssayError {
    if (tokenIdParts(toRead.token).chain !== chain) {
      throw supplyRequestInvalid(`names ${toRead.token}, which is not on ${chain}`);
    }
    return tokenErrorOr(() => coinTypeOf(toRead));
  }

  return {
    reach: 'latest',
    source,
    chain,
    finality: 'checkpoint',

    async readLatest(tokens, context = {}) {
      const types = tokens.map(typeOf);
      const valid = [...new Set(types.filter((type) => typeof type === 'string'))];
      const report = (done: number) =>
        context.onProgress?.({ source, phase: 'supply', done, total: valid.length });
      report(0);
      const before = await ask([], undefined, context);
      let [from] = before.points;
      let to = from;
      const coins = new Map<string, CoinMetadata>();
      for (let at = 0; at < valid.length; at += api.coinsAtOnce) {
        const some = valid.slice(at, at + api.coinsAtOnce);
        const answer = await ask(some, from, context);
        for (const point of answer.points) {
          if (point.height < from.height) from = point;
          if (point.height > to.height) to = point;
        }
        for (const [index, type] of some.entries()) coins.set(type, answer.coins[index] ?? null);
        report(at + some.length);
      }
      const readings = tokens.map((toRead, index): TokenReading => {
        const { token } = toRead;
        const type = types[index];
        if (typeof type !== 'string')
          return { token, error: type ?? new AssayError('INTERNAL_ERROR') };
        const amount = tokenErrorOr(() => checkCoin(toRead, coins.get(type) ?? null, source));
        return amount instanceof AssayError ? { token, error: amount } : { token, amount };
      });
      return { source, from, to, tokens: readings };
    },

    close: () => api.close(),
  };
}

/** What is wrong with a token is part of the reading; what is wrong with the server is thrown. */
function tokenErrorOr<T>(check: () => T): T | AssayError {
  try {
    return check();
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('TOKEN_')) return thrown;
    throw thrown;
  }
}
