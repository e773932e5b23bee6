import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import type { AssayError } from '../core/assayError.ts';
import { maxAheadSeconds } from '../core/bitcoinMoment.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceError } from '../core/sourceErrors.ts';
import type { UnixTime } from '../core/unixTime.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';

/**
 * The same source, without blocks from the future: one whose block is more than two hours ahead of our
 * clock is refused, whichever chain it is of and however final the source calls it. Bitcoin's nodes take what
 * is so far ahead; of other chains it is plenty.
 */
export function refuseFutureBlocks(source: BitcoinSource, clock: () => UnixTime): BitcoinSource {
  const check = checkAgainst(source.source, clock);
  return {
    ...source,
    readTip: async (context) => check(await source.readTip(context)),
    readPoint: async (height, context) => check(await source.readPoint(height, context)),
  };
}

/** Likewise for a source of supplies, of either reach. */
export function refuseFuturePoints(
  source: AnySupplySource,
  clock: () => UnixTime,
): AnySupplySource {
  const check = checkAgainst(source.source, clock);
  if (!isLatest(source)) {
    return {
      ...source,
      findPoint: async (pairing, context) => check(await source.findPoint(pairing, context)),
      readPoint: async (height, context) => check(await source.readPoint(height, context)),
    };
  }
  const { holdings } = source;
  return {
    ...source,
    async readLatest(tokens, context) {
      const read = await source.readLatest(tokens, context);
      check(read.from);
      check(read.to);
      return read;
    },
    ...(holdings && {
      holdings: {
        async readLatestHoldings(some, context) {
          const read = await holdings.readLatestHoldings(some, context);
          check(read.from);
          check(read.to);
          return read;
        },
      },
    }),
  };
}

function checkAgainst(source: SourceRef, clock: () => UnixTime) {
  return (point: ChainPoint): ChainPoint => {
    if (point.time > clock() + maxAheadSeconds) throw fromFuture(source, point, clock());
    return point;
  };
}

function fromFuture(
  source: SourceRef,
  { chain, height, time }: ChainPoint,
  now: number,
): AssayError {
  const minutes = Math.floor((time - now) / 60);
  return sourceError(
    'SOURCE_BLOCK_FUTURE',
    source,
    `gives block ${height} of ${chain} a time ${minutes} minutes ahead of this machine's clock`,
    { facts: { chain, height, minutes } },
  );
}
