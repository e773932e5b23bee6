import { z } from 'zod';
import type { FeedClient } from './feedClient.ts';
import type { FeedList } from './feedList.ts';
import { parseAnswer, parseEntries, UnreadList } from './parseAnswer.ts';
import { type Page, readFeedPages } from './readFeedPages.ts';

/** The parameters of the query that choose a page. */
export const lombardParameters = ['limit', 'offset'] as const;

const limit = 1000;

const Answer = z.object({ addresses: UnreadList, has_more: z.boolean() });

const Entry = z.object({ btc_address: z.string().max(200) });
type Entry = z.infer<typeof Entry>;

/**
 * Lombard's list of deposit addresses, without amounts.
 *
 * @throws AssayError SOURCE_*, DISCOVERY_LIST_TOO_LONG, DISCOVERY_LIST_CHANGED
 */
export async function readLombardAddresses(client: FeedClient): Promise<FeedList> {
  const found = await readFeedPages(
    client.source,
    ({ offset }) => readPage(client, offset),
    (entry) => entry.btc_address,
  );
  return {
    entries: found.map((entry) => ({
      text: entry.btc_address,
      role: 'custody',
      purpose: 'deposit address',
      current: true,
      claimedSats: null,
    })),
    notes: [],
    complete: true,
    publishedAt: null,
  };
}

async function readPage(client: FeedClient, offset: number): Promise<Page<Entry>> {
  const query = { limit: String(limit), offset: String(offset) };
  const answer = parseAnswer(Answer, await client.getJson(query), client.source);
  const entries = parseEntries(Entry, answer.addresses, 'addresses', client.source);
  return { entries, total: null, isLast: !answer.has_more };
}
