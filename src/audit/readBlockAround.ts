import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinMoment, medianMoment, momentSpan } from '../core/bitcoinMoment.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { UnixTime } from '../core/unixTime.ts';
import { headerLength, showHash } from '../evidence/blockHeader.ts';
import { createHeaderChain } from '../evidence/headerChain.ts';
import { headerRules } from '../evidence/headerRules.ts';

/** When a block was mined, with the headers that tell: 80 bytes each, ascending by height. */
export interface HeaderMoment extends BitcoinMoment {
  readonly headers: Uint8Array;
}

/** One block as a source has it. */
export interface BlockAround {
  readonly point: ChainPoint;
  readonly moment: HeaderMoment;
}

/**
 * The block at a height with those around it (see `momentSpan`), in one request. Hash and time come from
 * the headers, which build on each other and have the work that they claim: a source cannot give a block
 * a time that it has not.
 *
 * @param top the highest block to be looked at, where the source has it
 * @throws AssayError SOURCE_RESPONSE_INVALID where the headers are not those of one chain; SOURCE_*,
 * BITCOIN_HEIGHT_ABOVE_TIP
 */
export async function readBlockAround(
  source: BitcoinSource,
  network: BitcoinNetwork,
  height: number,
  top: number,
  context: ReadContext,
): Promise<BlockAround> {
  const { fromHeight, toHeight } = momentSpan(height, top);
  const count = toHeight - fromHeight + 1;
  const headers = await source.readHeaders(fromHeight, count, context);
  if (headers.length !== count * headerLength) {
    const what = `gave not the ${count} headers that it was asked for`;
    throw sourceResponseInvalid(source.source, what);
  }
  const chained = createHeaderChain(headerRules(network), fromHeight, (at, what) =>
    sourceResponseInvalid(source.source, `gave a header for block ${at} that ${what}`),
  );
  const accepted = Array.from({ length: count }, (_, index) =>
    chained.accept(headers.subarray(index * headerLength, (index + 1) * headerLength)),
  );
  const own = accepted[height - fromHeight];
  if (!own)
    throw new AssayError('INTERNAL_ERROR', { message: `block ${height} is not in its run` });
  const moment = medianMoment(
    fromHeight,
    accepted.map(({ time }) => time),
  );
  return {
    point: { chain: network.chain, height, hash: showHash(own.hash), time: UnixTime(own.time) },
    moment: { ...moment, headers },
  };
}
