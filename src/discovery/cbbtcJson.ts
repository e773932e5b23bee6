import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { parseBtc } from '../core/parseBtc.ts';
import type { Sats } from '../core/sats.ts';
import { UnixTime } from '../core/unixTime.ts';
import { quoteText } from '../registry/printableText.ts';
import type { RawEntry } from './collectAddresses.ts';
import type { DiscoveryNote } from './discovery.ts';
import type { FeedClient } from './feedClient.ts';
import type { FeedList } from './feedList.ts';
import { parseAnswer, parseEntries, UnreadList } from './parseAnswer.ts';
import { shortenNotes } from './shortenNotes.ts';

const Answer = z.object({
  schema: z.literal('v1').optional(),
  lastUpdatedAt: z.unknown().optional(),
  reserveAddresses: UnreadList,
});

const Entry = z.object({ address: z.string().max(200), balance: z.unknown().optional() });

const Balance = z.object({
  amount: z.string().max(40),
  currency: z.object({ name: z.literal('BTC') }),
  network: z.object({ name: z.literal('bitcoin') }),
});

const Time = z.iso.datetime({ offset: true }).max(40);

/**
 * cbBTC's proof-of-reserves.json.
 *
 * @throws AssayError SOURCE_*, DISCOVERY_LIST_TOO_LONG
 */
export async function readCbbtcJson(client: FeedClient): Promise<FeedList> {
  const { source } = client;
  const answer = parseAnswer(Answer, await client.getJson({}), source);
  const found = parseEntries(Entry, answer.reserveAddresses, 'reserveAddresses', source);
  const notes: DiscoveryNote[] = [];
  const entries = found.map(({ address: text, balance }): RawEntry => {
    const claimedSats = balance === undefined ? null : parseBalance(balance);
    if (claimedSats === null && balance !== undefined) {
      const message = `the balance stated for ${quoteText(text)} is no amount in BTC on Bitcoin`;
      notes.push({ code: 'DISCOVERY_CLAIM_INVALID', message });
    }
    return { text, role: 'custody', purpose: 'reserve address', current: true, claimedSats };
  });
  const publishedAt = parseTime(answer.lastUpdatedAt);
  return { entries, notes: shortenNotes(notes), complete: true, publishedAt };
}

function parseBalance(balance: unknown): Sats | null {
  const parsed = Balance.safeParse(balance);
  if (!parsed.success) return null;
  try {
    return parseBtc(parsed.data.amount);
  } catch (error) {
    if (error instanceof AssayError) return null;
    throw error;
  }
}

/** ISO 8601 with an offset; in other words it is not known what the time is. */
function parseTime(text: unknown): UnixTime | null {
  const parsed = Time.safeParse(text);
  if (!parsed.success) return null;
  const seconds = Math.floor(Date.parse(parsed.data) / 1000);
  return seconds >= 0 ? UnixTime(seconds) : null;
}
