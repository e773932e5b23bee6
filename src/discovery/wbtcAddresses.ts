import { z } from 'zod';
import { maxSats, Sats } from '../core/sats.ts';
import { quoteText } from '../registry/printableText.ts';
import type { RawEntry } from './collectAddresses.ts';
import type { DiscoveryNote } from './discovery.ts';
import type { FeedClient } from './feedClient.ts';
import type { FeedList } from './feedList.ts';
import { parseAnswer, parseEntries, UnreadList } from './parseAnswer.ts';
import { type Page, readFeedPages } from './readFeedPages.ts';
import { shortenNotes } from './shortenNotes.ts';

/** The parameters of the query that choose a page. */
export const wbtcParameters = ['pageIndex', 'pageSize'] as const;

const pageSize = 200;

const Total = z.int().min(0);

/** Two forms are known: pages, and everything at once. */
const Answer = z.union([
  z.object({ data: UnreadList, total: Total }),
  z.object({ result: UnreadList, count: Total }),
]);

const Entry = z.object({
  address: z.string().max(200),
  type: z.string().max(40),
  /** Absent where the list is of Bitcoin alone. */
  chain: z.string().max(40).optional(),
  balance: z.unknown().optional(),
});
type Entry = z.infer<typeof Entry>;

/** Other chains that WBTC's site knows; their accounts stand in the same list. */
const otherChains: ReadonlySet<string> = new Set(['eth', 'base', 'kava', 'sol', 'trx', 'osmo']);

/** A merchant's address is where it is paid out, not where coins of the asset lie. */
const roles: ReadonlyMap<string, RawEntry['role']> = new Map([
  ['custodial', 'custody'],
  ['deposit', 'custody'],
  ['merchant', 'other'],
]);

/**
 * WBTC's list of addresses. What the issuer says of an address's balance never decides whether it is
 * listed: a list that leaves out what is said to be empty hides where coins are.
 *
 * @throws AssayError SOURCE_*, DISCOVERY_LIST_TOO_LONG, DISCOVERY_LIST_CHANGED
 */
export async function readWbtcAddresses(client: FeedClient): Promise<FeedList> {
  const found = await readFeedPages(
    client.source,
    ({ index }) => readPage(client, index + 1),
    ({ address }) => address,
  );
  const entries: RawEntry[] = [];
  const unknown: DiscoveryNote[] = [];
  const claims: DiscoveryNote[] = [];
  for (const { address: text, type, chain = 'btc', balance } of found) {
    if (otherChains.has(chain)) continue;
    if (chain !== 'btc') {
      const message = `${quoteText(text)} is said to be of the chain ${quoteText(chain)}, which assay does not know`;
      unknown.push({ code: 'DISCOVERY_ENTRY_INVALID', message });
      continue;
    }
    const role = roles.get(type);
    if (role === undefined) {
      const message = `${quoteText(text)} is of the type ${quoteText(type)}, which assay does not know`;
      unknown.push({ code: 'DISCOVERY_ENTRY_INVALID', message });
    }
    const claimedSats = balance === undefined ? null : parseBalance(balance);
    if (claimedSats === null && balance !== undefined) {
      const message = `the balance stated for ${quoteText(text)} is no amount in satoshis`;
      claims.push({ code: 'DISCOVERY_CLAIM_INVALID', message });
    }
    entries.push({
      text,
      role: role ?? 'other',
      purpose: role === undefined ? 'of an unknown type' : type,
      current: true,
      claimedSats,
    });
  }
  return {
    entries,
    notes: [...shortenNotes(unknown), ...shortenNotes(claims)],
    complete: unknown.length === 0,
    publishedAt: null,
  };
}

async function readPage(client: FeedClient, pageIndex: number): Promise<Page<Entry>> {
  const { source } = client;
  const query = { pageIndex: String(pageIndex), pageSize: String(pageSize) };
  const answer = parseAnswer(Answer, await client.getJson(query), source);
  if ('result' in answer) {
    const entries = parseEntries(Entry, answer.result, 'result', source);
    return { entries, total: answer.count, isLast: true };
  }
  const entries = parseEntries(Entry, answer.data, 'data', source);
  return { entries, total: answer.total, isLast: false };
}

/** Satoshis, as digits or as a number that is exact. */
function parseBalance(balance: unknown): Sats | null {
  const isNumber = typeof balance === 'number' && Number.isSafeInteger(balance) && balance >= 0;
  const isText = typeof balance === 'string' && /^\d{1,16}$/.test(balance);
  if (!isNumber && !isText) return null;
  const amount = BigInt(balance);
  return amount > maxSats ? null : Sats(amount);
}
