import { hash256 } from '../bitcoin/hash256.ts';
import type { InclusionReader } from '../bitcoin/inclusionReader.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { headerLength, parseBlockHeader, showHash } from '../evidence/blockHeader.ts';
import { headersPerRecord } from '../evidence/bundleRecord.ts';
import { firstOf } from './firstOf.ts';

/** A source that can show what it says. */
export interface HeaderSource {
  readonly source: SourceRef;
  readonly inclusion: InclusionReader;
}

/** Headers one after the other, 80 bytes each. */
export interface HeaderRun {
  /** The height of the first. */
  readonly start: number;
  readonly headers: Uint8Array;
}

/** The block that a run must lead to. */
type Block = Pick<ChainPoint, 'height' | 'hash'>;

/**
 * The headers from a height to a block, ascending, `headersPerRecord` in each run but the last. They are
 * read from the block downwards: each run is fixed by the hash in the one after it, so that what does
 * not lead there is not taken, and another source is asked.
 *
 * @throws AssayError BITCOIN_REORGANISED where the first that answers has another block at the height,
 * SOURCE_*
 */
export async function readLinkedHeaders(
  sources: readonly HeaderSource[],
  from: number,
  { height, hash }: Block,
  context: ReadContext,
): Promise<readonly HeaderRun[]> {
  const runs: HeaderRun[] = [];
  let last: Block = { height, hash };
  const highest = from + Math.floor((height - from) / headersPerRecord) * headersPerRecord;
  for (let start = highest; start >= from; start -= headersPerRecord) {
    const to = last;
    const headers = await firstOf(sources, (source) => readRun(source, start, to, context));
    runs.unshift({ start, headers });
    last = { height: start - 1, hash: previousOf(headers, 0) };
  }
  return runs;
}

/** One source's headers up to a block, if they lead to it. */
async function readRun(
  { source, inclusion }: HeaderSource,
  start: number,
  to: Block,
  context: ReadContext,
): Promise<Uint8Array> {
  const count = to.height - start + 1;
  const headers = await inclusion.readHeaders(start, count, context);
  if (headers.length !== count * headerLength) {
    throw sourceResponseInvalid(source, `gave not the ${count} headers that it was asked for`);
  }
  if (hashOf(headers, count - 1) !== to.hash) throw reorganised(to);
  for (let index = count - 1; index > 0; index -= 1) {
    if (hashOf(headers, index - 1) !== previousOf(headers, index)) {
      const what = `gave headers of which that of block ${start + index} does not build on the one before`;
      throw sourceResponseInvalid(source, what);
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
