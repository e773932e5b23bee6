import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { hash256 } from '../bitcoin/hash256.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { headerLength, parseBlockHeader, showHash } from '../evidence/blockHeader.ts';
import { headersPerRecord } from '../evidence/bundleRecord.ts';
import { firstOf } from './firstOf.ts';

/** Headers one after the other, 80 bytes each. */
export interface HeaderRun {
  /** The height of the first. */
  readonly start: number;
  readonly headers: Uint8Array;
}

type HeaderSource = Pick<BitcoinSource, 'source' | 'readHeaders'>;

/** The block that a run must lead to. */
type Block = Pick<ChainPoint, 'height' | 'hash'>;

/**
 * The headers from a height to the last of those that are known already, ascending, `headersPerRecord` in
 * each run but the last. They are read from the known ones downwards: each run is fixed by the hash in the one after it, so that what does
 * not lead there is not taken, and another source is asked.
 *
 * @throws AssayError BITCOIN_REORGANISED where the first that answers has another block at the height,
 * SOURCE_*
 */
export async function readLinkedHeaders(
  sources: readonly HeaderSource[],
  from: number,
  known: HeaderRun,
  context: ReadContext,
): Promise<readonly HeaderRun[]> {
  const runs: HeaderRun[] = [];
  const end = known.start + known.headers.length / headerLength;
  let last: Block = { height: known.start - 1, hash: previousOf(known.headers, 0) };
  const highest = from + Math.floor((end - 1 - from) / headersPerRecord) * headersPerRecord;
  for (let start = highest; start >= from; start -= headersPerRecord) {
    const to = last;
    const after = Math.min(start + headersPerRecord, end);
    const read =
      to.height < start
        ? new Uint8Array()
        : await firstOf(sources, (source) => readRun(source, start, to, context));
    const rest = known.headers.subarray(
      Math.max(0, start - known.start) * headerLength,
      Math.max(0, after - known.start) * headerLength,
    );
    const headers = new Uint8Array(read.length + rest.length);
    headers.set(read);
    headers.set(rest, read.length);
    runs.unshift({ start, headers });
    if (read.length > 0) last = { height: start - 1, hash: previousOf(read, 0) };
  }
  return runs;
}

/** One source's headers up to a block, if they lead to it. */
async function readRun(
  source: HeaderSource,
  start: number,
  to: Block,
  context: ReadContext,
): Promise<Uint8Array> {
  const count = to.height - start + 1;
  const headers = await source.readHeaders(start, count, context);
  if (headers.length !== count * headerLength) {
    throw sourceResponseInvalid(
      source.source,
      `gave not the ${count} headers that it was asked for`,
    );
  }
  if (hashOf(headers, count - 1) !== to.hash) throw reorganised(to);
  for (let index = count - 1; index > 0; index -= 1) {
    if (hashOf(headers, index - 1) !== previousOf(headers, index)) {
      const what = `gave headers of which that of block ${start + index} does not build on the one before`;
      throw sourceResponseInvalid(source.source, what);
    }
  }
  return headers;
}

function headerAt(headers: Uint8Array, index: number): Uint8Array {
  return headers.subarray(index * headerLength, (index + 1) * headerLength);
}

function hashOf(headers: Uint8Array, index: number): string {
  return showHash(hash256(headerAt(headers, index)));
}

function previousOf(headers: Uint8Array, index: number): string {
  return showHash(parseBlockHeader(headerAt(headers, index)).previousHash);
}

function reorganised({ height, hash }: Block): AssayError {
  return new AssayError('BITCOIN_REORGANISED', {
    message: `block ${hash} at height ${height} left the best chain before its evidence was read`,
    facts: { height },
  });
}
