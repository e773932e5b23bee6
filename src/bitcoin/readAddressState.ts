import { Sats } from '../core/sats.ts';
import type { SourceRef } from '../core/source.ts';
import { type Clock, waitFor } from '../http/clock.ts';
import { type AddressState, changesByHeight, statsWithout, sumOf } from './addressState.ts';
import type { Utxo } from './bitcoinSource.ts';
import type { BlockLedger } from './blockLedger.ts';
import { stateMoved } from './errors.ts';
import type { AddressStats, AddressSummary, ConfirmedTransaction } from './esploraAnswers.ts';
import type { MempoolClient, ScriptPlace } from './mempoolClient.ts';
import type { ReadingRoom } from './readingRoom.ts';
import { replayHistory } from './replayHistory.ts';
import { undoUnspent } from './undoUnspent.ts';

/** What the reading of one address needs besides it. */
export interface AddressReading {
  readonly client: MempoolClient;
  readonly source: SourceRef;
  /** The height of H. */
  readonly height: number;
  /** Compares the blocks that the answers name; it knows H. */
  readonly ledger: BlockLedger;
  /** For all addresses of the reading. */
  readonly room: ReadingRoom;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A script, and how the server is asked for it. */
export interface LocatedScript {
  /** scriptPubKey, lower-case hex. */
  readonly script: string;
  readonly place: ScriptPlace;
}

/** Esplora's page of confirmed transactions. A server with other pages costs requests, no more. */
const pageSize = 25;
/** Esplora lists so many waiting transactions, and there is no further page. */
const mempoolPageSize = 50;
/** Up to so many pages the whole history costs no more requests than the unspent outputs do. */
const mostHistoryPages = 3;
const mostAttempts = 6;
/** Public servers keep an answer for up to 10 seconds: six attempts in 15.5 seconds outlast that. */
const firstWaitMs = 500;

/**
 * What one address holds as of block H. An Esplora server answers for its tip and mempool, each answer
 * for another moment, so every way to the figure has its proof that the answers belong together:
 *
 * - no confirmed transaction at all: nothing at H (1 request);
 * - up to 75 transactions: the whole history, which must account for the statistics (2 to 4);
 * - more: the statistics, then the unspent outputs and the history down to H, then the statistics once
 *   more (4; 5 if something waits in the mempool; one for each further page above H). The statistics
 *   must not have changed, and outputs and statistics, each undone to H, must agree in number and sum.
 *   Where outputs spent since H were created is asked for each transaction that the history did not
 *   show, or found in the rest of the history if that takes fewer requests;
 * - more unspent outputs than the server lists: the statistics minus what the history has above H, and
 *   no outpoints. Likewise with more waiting transactions than it lists. Never less, never zero.
 *
 * Answers that do not belong together are read again, a bounded number of times.
 *
 * @throws AssayError BITCOIN_STATE_MOVED, and whatever `client` throws
 */
export async function readAddressState(
  script: LocatedScript,
  reading: AddressReading,
): Promise<AddressState> {
  const { source, clock, signal } = reading;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    if (attempt > 1) await waitFor(firstWaitMs * 2 ** (attempt - 2), clock, source, signal);
    const state = await readOnce(script, reading);
    if (state) return state;
  }
  throw stateMoved(
    source,
    `gave ${mostAttempts} times answers for ${script.place.address ?? script.script} that do not belong together`,
  );
}

async function readOnce(
  { place, script }: LocatedScript,
  reading: AddressReading,
): Promise<AddressState | undefined> {
  const { client, height } = reading;
  const before = await client.readAddress(place);
  const stats = before.chain_stats;
  if (stats.tx_count === 0) return { sats: Sats(0n), utxos: [], changes: new Map() };
  if (stats.tx_count <= pageSize * mostHistoryPages) {
    const history = await readHistory({ place, script }, stats, reading, () => false);
    return replayHistory(history, script, stats, height);
  }

  // In any order: the chain is the same for all of them if the statistics are, before and after.
  const [unspent, newest, waiting] = await Promise.all([
    client.readUnspent(place),
    readHistory({ place, script }, stats, reading, (one) => isAtOrBelow(one, height)),
    before.mempool_stats.tx_count === 0 ? [] : client.readMempool(place),
  ]);
  for (const { status } of unspent ?? []) reading.ledger.see(status);
  reading.room.take(unspent?.length ?? 0);
  const after = await client.readAddress(place);
  if (!sameStats(stats, after.chain_stats)) return undefined;

  const above = newest.filter((one) => !isAtOrBelow(one, height));
  const expected = statsWithout(stats, above, script);
  if (!expected) return undefined;
  const sumOnly = {
    sats: expected.sats,
    utxos: null,
    changes: changesByHeight(above, script),
  };
  if (unspent === null) return sumOnly;

  const undone = undoUnspent(unspent, above, waiting, script, height);
  const agree =
    undone !== undefined &&
    undone.kept.length + undone.restored.length === expected.count &&
    sumOf(undone.kept) + sumOf(undone.restored) === expected.sats;
  if (!agree) return mempoolIsCut(before, after, waiting.length) ? sumOnly : undefined;

  if (!paysTo(script, newest, undone.kept)) return undefined;
  const missing = new Set(undone.restored.map(({ txid }) => txid));
  for (const { txid } of newest) missing.delete(txid);
  const pagesLeft = Math.ceil((stats.tx_count - newest.length) / pageSize);
  if (missing.size > pagesLeft) {
    const history = await readHistory({ place, script }, stats, reading, () => false, newest);
    return replayHistory(history, script, stats, height);
  }
  const heights = await readHeights(missing, newest, reading);
  const restored: Utxo[] = [];
  for (const output of undone.restored) {
    const created = heights.get(output.txid);
    if (created === undefined || created > height) return undefined;
    restored.push({ ...output, height: created });
  }
  return { ...sumOnly, utxos: [...undone.kept, ...restored] };
}

/** Whether the outputs whose transactions are known are theirs, and of the script. */
function paysTo(
  script: string,
  transactions: readonly ConfirmedTransaction[],
  outputs: readonly Utxo[],
): boolean {
  const known = new Map(transactions.map((one) => [one.txid, one]));
  return outputs.every(({ txid, vout, sats }) => {
    const output = known.get(txid)?.vout[vout];
    return !known.has(txid) || (output?.scriptpubkey === script && output.value === sats);
  });
}

/** Confirmed transactions, newest first, until one is `enough` or there are no more. */
async function readHistory(
  { place, script }: LocatedScript,
  stats: AddressStats,
  { client, ledger, room }: AddressReading,
  enough: (transaction: ConfirmedTransaction) => boolean,
  read: readonly ConfirmedTransaction[] = [],
): Promise<ConfirmedTransaction[]> {
  const history = [...read];
  while (history.length < stats.tx_count) {
    const page = await client.readChainPage(place, history.at(-1)?.txid);
    for (const { status } of page) ledger.see(status);
    const kept = page.map((one) => concerning(one, script));
    room.take(kept.reduce((sum, { vin, vout }) => sum + 1 + vin.length + vout.length, 0));
    history.push(...kept);
    if (page.length === 0 || page.some(enough)) break;
  }
  return history;
}

/** The transaction with no more of it than what it spends from the script and pays to it. */
function concerning(one: ConfirmedTransaction, script: string): ConfirmedTransaction {
  const vin = one.vin.filter(({ prevout }) => prevout?.scriptpubkey === script);
  const last = one.vout.findLastIndex(({ scriptpubkey }) => scriptpubkey === script);
  const vout = one.vout
    .slice(0, last + 1)
    .map((output) => (output.scriptpubkey === script ? output : elsewhere));
  return { ...one, vin, vout };
}

/** An output of no script that is read: it keeps the place. */
const elsewhere = { scriptpubkey: '', value: Sats(0n) };

/** The heights of the blocks of some transactions; those that are not confirmed are left out. */
async function readHeights(
  txids: ReadonlySet<string>,
  known: readonly ConfirmedTransaction[],
  { client, ledger }: AddressReading,
): Promise<Map<string, number>> {
  const heights = new Map(known.map(({ txid, status }) => [txid, status.block_height]));
  await Promise.all(
    [...txids].map(async (txid) => {
      const status = await client.readStatus(txid);
      if (!status.confirmed) return;
      ledger.see(status);
      heights.set(txid, status.block_height);
    }),
  );
  return heights;
}

function isAtOrBelow({ status }: ConfirmedTransaction, height: number): boolean {
  return status.block_height <= height;
}

/** Any newer or undone transaction of the address shows in these numbers. */
function sameStats(a: AddressStats, b: AddressStats): boolean {
  return (
    a.tx_count === b.tx_count &&
    a.funded_txo_count === b.funded_txo_count &&
    a.funded_txo_sum === b.funded_txo_sum &&
    a.spent_txo_count === b.spent_txo_count &&
    a.spent_txo_sum === b.spent_txo_sum
  );
}

/** Whether the server has more waiting transactions than it lists: then no second try helps. */
function mempoolIsCut(before: AddressSummary, after: AddressSummary, listed: number): boolean {
  const waiting = Math.min(before.mempool_stats.tx_count, after.mempool_stats.tx_count);
  return listed >= mempoolPageSize && waiting > listed;
}
