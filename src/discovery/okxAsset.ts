import { z } from 'zod';
import { UnixTime } from '../core/unixTime.ts';
import type { DiscoveryNote } from './discovery.ts';
import { feedRefused } from './errors.ts';
import type { FeedClient } from './feedClient.ts';
import type { FeedList } from './feedList.ts';
import { parseAnswer, parseEntries, UnreadList } from './parseAnswer.ts';

/** The parameter of the query that names the asset. */
export const okxParameters = ['mintedCoinName'] as const;

const Code = z.union([z.int(), z.string().max(40)]).transform(String);

const Refusal = z.object({ code: Code, error_code: Code });

const Answer = z.object({
  data: z.object({
    dataTime: z.unknown().optional(),
    lockAddresses: UnreadList,
    stakingBalanceDetails: UnreadList.nullish(),
    stakingWithdrawalCredentials: UnreadList.nullish(),
  }),
});

const Entry = z.object({ address: z.string().max(200) });

/** No time in seconds is as large before the year 33658; in milliseconds all since 2001 are. */
const leastMilliseconds = 1e12;
/** A time in milliseconds up to the year 9999. */
const DataTime = z.int().min(leastMilliseconds).max(253_402_300_799_999);

/**
 * OKX's endpoint for its wrapped assets: xBTC's addresses, without amounts. Stakes belong to other
 * assets of the endpoint; if one is listed, then reserves are where assay does not look.
 *
 * @throws AssayError SOURCE_*, DISCOVERY_LIST_TOO_LONG
 */
export async function readOkxAsset(client: FeedClient, mintedCoinName: string): Promise<FeedList> {
  const { source } = client;
  const value = await client.getJson({ mintedCoinName });
  const refusal = parseAnswer(Refusal, value, source);
  for (const code of [refusal.error_code, refusal.code]) {
    if (code !== '0') throw feedRefused(source, code);
  }
  const { data } = parseAnswer(Answer, value, source);
  const found = parseEntries(Entry, data.lockAddresses, 'data.lockAddresses', source);
  const stakes =
    (data.stakingBalanceDetails?.length ?? 0) + (data.stakingWithdrawalCredentials?.length ?? 0);
  const message = `${stakes} stakes are listed beside the addresses, which are no bitcoin`;
  const notes: DiscoveryNote[] = stakes === 0 ? [] : [{ code: 'DISCOVERY_ENTRY_INVALID', message }];
  const time = DataTime.safeParse(data.dataTime);
  return {
    entries: found.map(({ address }) => ({
      text: address,
      role: 'custody',
      purpose: 'lock address',
      current: true,
      claimedSats: null,
    })),
    notes,
    complete: notes.length === 0,
    publishedAt: time.success ? UnixTime(Math.floor(time.data / 1000)) : null,
  };
}
