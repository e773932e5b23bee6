import { hexToBigInt, size } from 'viem';
import { sourceResponseTooLarge } from '../core/sourceErrors.ts';
import type { CallOutcome, ChainReader } from './chainReader.ts';
import { contractMismatch, listChanged, listEmpty, listTooLong } from './contractErrors.ts';
import { decodeOrRefuse, returned } from './decodeCall.ts';
import { maxListed } from './discovery.ts';
import { type SpanOutcome, walkRange } from './walkRange.ts';

/** A list that a contract gives in pages. */
export interface PagedList<T> {
  /** Calldata of the function that gives the number of entries. */
  readonly length: `0x${string}`;
  /** Calldata for the entries of a page; both indices belong to it. */
  readonly page: (from: number, to: number) => `0x${string}`;
  /** The entries of a page. May throw anything where the data is something else. */
  readonly decode: (data: `0x${string}`) => readonly T[];
}

const pageSize = 200;

/** An entry is an address, or with its proof well under 1 KiB; a page may hold one odd entry. */
const bytesPerEntry = 1024;
const bytesPerPage = 16 * 1024;

/**
 * All entries of a list of a contract. A page that the node refuses (for its gas or its size) is
 * halved.
 *
 * @throws AssayError DISCOVERY_LIST_EMPTY, DISCOVERY_LIST_TOO_LONG before any page is asked for,
 * DISCOVERY_LIST_CHANGED where a page has more or fewer entries than the length promised,
 * DISCOVERY_CONTRACT_MISMATCH, SOURCE_*
 */
export async function readContractPages<T>(
  reader: ChainReader,
  list: PagedList<T>,
): Promise<readonly T[]> {
  const [outcome] = await reader.call([list.length]);
  const length = readUint(reader, outcome);
  if (length === 0n) throw listEmpty(reader, 'lists nothing');
  if (length > BigInt(maxListed)) throw listTooLong(reader, 'entries', length);
  const whole = { from: 0, to: Number(length) - 1 };
  const pages = await walkRange<readonly T[]>(whole, {
    size: pageSize,
    maxAsked: maxListed,
    signal: reader.signal,
    exhausted: () => contractMismatch(reader, 'gives too few entries at a time'),
    ask: async (spans) => {
      const answers = await reader.call(spans.map(({ from, to }) => list.page(from, to)));
      return spans.map(({ from, to }, index) => readPage(answers[index], to - from + 1));
    },
  });
  return pages.flat();

  function readPage(answer: CallOutcome | undefined, count: number): SpanOutcome<readonly T[]> {
    if (!answer) return { refused: contractMismatch(reader, 'does not answer for a page') };
    if ('refused' in answer) return answer;
    // Before decoding: offsets that all point to one large entry would multiply it.
    const most = count * bytesPerEntry + bytesPerPage;
    if (size(answer.data) > most) {
      return { refused: sourceResponseTooLarge(reader.source, `${count} entries`, most) };
    }
    const entries = decodeOrRefuse(reader, () => list.decode(answer.data));
    if (entries.length !== count) {
      throw listChanged(reader, `gives ${entries.length} entries where ${count} were promised`);
    }
    return { value: entries };
  }
}

function readUint(reader: ChainReader, outcome: CallOutcome | undefined): bigint {
  const data = returned(reader, outcome);
  if (size(data) !== 32) throw contractMismatch(reader, 'gives something else than a number');
  return hexToBigInt(data);
}
