import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { headerBytes } from './blockHeader.ts';
import { heightAboveTip } from './errors.ts';
import type { MempoolClient } from './mempoolClient.ts';

/** Esplora lists so many blocks at once; a mempool server lists more, from the same height downwards. */
const perPage = 10;
/** Pages that are asked for together; the getter sends as many at a time as the server bears. */
const pagesAtOnce = 32;

/**
 * Headers of the best chain from an Esplora or mempool server, 80 bytes each, as `BitcoinSource` has it:
 * ten for each request. No list says that its blocks follow each other; who asks sees whether they do.
 *
 * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP, SOURCE_*
 */
export async function readPagedHeaders(
  client: MempoolClient,
  from: number,
  count: number,
  source: SourceRef,
): Promise<Uint8Array> {
  const headers = new Uint8Array(headerBytes * count);
  const readPage = async (highest: number): Promise<void> => {
    const listed = await client.readBlocks(highest);
    if (listed === null) throw heightAboveTip(source, highest);
    const byHeight = new Map(listed.map(({ height, header }) => [height, header]));
    for (let height = highest; height > highest - perPage && height >= from; height -= 1) {
      const header = byHeight.get(height);
      // It starts from its tip where that is lower, as mempool servers do.
      if (!header && height === highest) throw heightAboveTip(source, height);
      if (!header) throw sourceResponseInvalid(source, `lists no block ${height} below ${highest}`);
      headers.set(header, headerBytes * (height - from));
    }
  };
  const starts: number[] = [];
  for (let highest = from + count - 1; highest >= from; highest -= perPage) starts.push(highest);
  for (let at = 0; at < starts.length; at += pagesAtOnce) {
    await Promise.all(starts.slice(at, at + pagesAtOnce).map(readPage));
  }
  return headers;
}
