import { createHash } from 'node:crypto';
import type { SourceRef } from '../core/source.ts';
import { maxListed } from './discovery.ts';
import { listChanged, listTooLong } from './errors.ts';

/** One page of a list. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** How many entries the whole list has, as the page says; null where it does not say. */
  readonly total: number | null;
  /** True where the page says that none follows. */
  readonly isLast: boolean;
}

/** Which page to read. */
export interface PageStart {
  /** From 0. */
  readonly index: number;
  /** Entries read before it. */
  readonly offset: number;
}

/** How often a list is read from its start, at most: it may well change once while it is read. */
const maxReadings = 3;
/** A server may cap its pages below what is asked for, but not at next to nothing. */
const maxPages = 2000;

/**
 * All entries of a paged list. Pages may be smaller than asked for, but have to fit together: no gap
 * before the announced end, one total on all of them, none twice. An address on two pages says that
 * entries moved while they were read, and that another may have slipped through: then the list is
 * taken only if two readings in a row agree to the letter.
 *
 * @param textOf the address of an entry, as listed
 * @throws AssayError DISCOVERY_LIST_TOO_LONG, DISCOVERY_LIST_CHANGED, and what `readPage` throws
 */
export async function readFeedPages<T>(
  source: SourceRef,
  readPage: (start: PageStart) => Promise<Page<T>>,
  textOf: (entry: T) => string,
): Promise<readonly T[]> {
  let previous: string | undefined;
  let fault = '';
  for (let reading = 1; reading <= maxReadings; reading++) {
    const outcome = await readOnce(source, readPage, textOf);
    if (typeof outcome === 'string') {
      previous = undefined;
      fault = outcome;
      continue;
    }
    if (!outcome.overlaps || outcome.digest === previous) return outcome.entries;
    previous = outcome.digest;
    fault = 'lists an address on two of its pages';
  }
  throw listChanged(source, fault, maxReadings);
}

interface Reading<T> {
  readonly entries: readonly T[];
  /** Some address is on more than one page. */
  readonly overlaps: boolean;
  readonly digest: string;
}

/** One reading from the start, or how its pages do not fit together, to complete "the feed …". */
async function readOnce<T>(
  source: SourceRef,
  readPage: (start: PageStart) => Promise<Page<T>>,
  textOf: (entry: T) => string,
): Promise<Reading<T> | string> {
  const entries: T[] = [];
  const pageOf = new Map<string, number>();
  const digests = new Set<string>();
  let overlaps = false;
  let announced: number | null = null;
  for (let index = 0; index < maxPages; index++) {
    const { entries: found, total, isLast } = await readPage({ index, offset: entries.length });
    if (total !== null && total > maxListed) {
      throw listTooLong(source, `announces ${total} entries`, maxListed);
    }
    if (index === 0) announced = total;
    else if (total !== announced) return 'announces another number of entries on each page';
    const count = entries.length + found.length;
    if (announced !== null && count > announced) {
      return `announces ${announced} entries and lists more`;
    }
    if (count > maxListed) throw listTooLong(source, `lists ${count} entries or more`, maxListed);
    const digest = createHash('sha256').update(JSON.stringify(found)).digest('hex');
    if (found.length > 0 && digests.has(digest)) return 'gave one page twice';
    digests.add(digest);
    for (const entry of found) {
      const text = textOf(entry);
      const page = pageOf.get(text);
      if (page === undefined) pageOf.set(text, index);
      else if (page !== index) overlaps = true;
      entries.push(entry);
    }
    if (isLast || count === announced) {
      if (announced !== null && count < announced) {
        return `announces ${announced} entries and lists ${count}`;
      }
      return { entries, overlaps, digest: [...digests].join() };
    }
    if (found.length === 0) return 'gave an empty page before the end of its list';
    if (count === maxListed) throw listTooLong(source, 'lists still more entries', maxListed);
  }
  throw listTooLong(source, `spreads its list over more than ${maxPages} pages`, maxPages);
}
