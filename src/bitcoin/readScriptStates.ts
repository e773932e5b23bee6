import { AssayError } from '../core/assayError.ts';
import { Sats } from '../core/sats.ts';
import type { SourceRef } from '../core/source.ts';
import { type Clock, waitFor } from '../http/clock.ts';
import type { ElectrumHistory } from './electrumAnswers.ts';
import type { ElectrumCalls } from './electrumCalls.ts';
import { stateMoved } from './errors.ts';
import type { UnreadScript } from './partialReadingError.ts';
import type { RawTransaction } from './rawTransaction.ts';
import type { ReadingRoom } from './readingRoom.ts';
import type { ScriptState } from './summariseStates.ts';
import { type ListedScript, sourcesOf, transactionsAbove, undoListed } from './undoListed.ts';

/** What the reading of scripts needs besides them. */
export interface ScriptReading {
  readonly calls: ElectrumCalls;
  readonly source: SourceRef;
  /** The height of H. */
  readonly height: number;
  /** For all scripts of the reading. */
  readonly room: ReadingRoom;
  /** Told of every height that the server names. */
  readonly onHeight: (height: number) => void;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const mostAttempts = 6;
const firstWaitMs = 250;
/** Their hex is held until all of them have come. */
const transactionsAtOnce = 100;

/**
 * What scripts hold as of block H, or why that is not known, in their order.
 *
 * An Electrum server answers for its tip and mempool, and each answer for another moment. So the
 * history of a script is read before and after the list of its unspent outputs: where both are equal,
 * all three are of one state. Of the transactions only those above H and those waiting are read, with
 * the ones that they spend from; a script without any transaction costs one call, and one that rests
 * three. What does not belong together is read again, a bounded number of times.
 *
 * @throws AssayError BITCOIN_STATE_MOVED, and whatever `calls` throw
 */
export async function readScriptStates(
  scripts: readonly string[],
  reading: ScriptReading,
): Promise<(ScriptState | UnreadScript)[]> {
  const { source, clock, signal } = reading;
  const states = new Map<string, ScriptState | UnreadScript>();
  let open = scripts;
  for (let attempt = 1; open.length > 0; attempt++) {
    if (attempt > mostAttempts) {
      throw stateMoved(
        source,
        `gave ${mostAttempts} times answers for script ${open[0]} that do not belong together`,
      );
    }
    if (attempt > 1) await waitFor(firstWaitMs * 2 ** (attempt - 2), clock, source, signal);
    for (const state of await readOnce(open, reading)) states.set(state.script, state);
    open = open.filter((script) => !states.has(script));
  }
  return scripts.flatMap((script) => states.get(script) ?? []);
}

/** The scripts whose answers belong together. */
async function readOnce(
  scripts: readonly string[],
  reading: ScriptReading,
): Promise<(ScriptState | UnreadScript)[]> {
  const { room } = reading;
  let held = 0;
  const take = (entries: number): void => {
    room.take(entries);
    held += entries;
  };
  try {
    const states = await readListed(scripts, reading, take);
    // What is left of all that was listed.
    for (const one of states) room.take('utxos' in one ? (one.utxos?.length ?? 0) : 0);
    return states;
  } finally {
    room.release(held);
  }
}

async function readListed(
  scripts: readonly string[],
  { calls, height, onHeight }: ScriptReading,
  take: (entries: number) => void,
): Promise<(ScriptState | UnreadScript)[]> {
  const states: (ScriptState | UnreadScript)[] = [];
  const before = new Map<string, ElectrumHistory>();
  for (const [index, history] of (await calls.readHistories(scripts)).entries()) {
    const script = scripts[index] ?? '';
    if (history instanceof AssayError) states.push({ script, error: history });
    else if (history.size === 0) {
      states.push({ script, sats: Sats(0n), utxos: [], changes: new Map() });
    } else {
      take(history.size);
      for (const at of history.values()) onHeight(at);
      before.set(script, history);
    }
  }

  const moving = [...before.keys()];
  if (moving.length === 0) return states;
  const unspents = await calls.readUnspents(moving);
  for (const list of unspents) take(list instanceof AssayError ? 0 : list.length);
  const after = await calls.readHistories(moving);
  const listed: ListedScript[] = [];
  for (const [index, [script, history]] of [...before].entries()) {
    const [list, again] = [unspents[index], after[index]];
    const refusal = [list, again].find((one) => one instanceof AssayError);
    if (refusal instanceof AssayError) states.push({ script, error: refusal });
    else if (list instanceof AssayError || again instanceof AssayError) continue;
    else if (list && again && isSame(history, again)) {
      listed.push({ script, history, unspents: list });
    }
  }

  const transactions = await readTransactions(listed, calls, height, take);
  for (const one of listed) {
    const state = undoListed(one, transactions, height);
    if (state) states.push({ ...state, script: one.script });
  }
  return states;
}

/** All that has to be undone, then what it spends from. */
async function readTransactions(
  listed: readonly ListedScript[],
  calls: ElectrumCalls,
  height: number,
  take: (entries: number) => void,
): Promise<ReadonlyMap<string, RawTransaction>> {
  const known = new Map<string, RawTransaction>();
  await read(listed.flatMap(({ history }) => transactionsAbove(history, height)));
  await read(
    listed.flatMap(({ history }) =>
      sourcesOf(
        transactionsAbove(history, height).flatMap((txid) => known.get(txid) ?? []),
        history,
      ),
    ),
  );
  return known;

  async function read(txids: readonly string[]): Promise<void> {
    const missing = [...new Set(txids)].filter((txid) => !known.has(txid));
    for (let start = 0; start < missing.length; start += transactionsAtOnce) {
      const some = missing.slice(start, start + transactionsAtOnce);
      for (const transaction of await calls.readTransactions(some)) {
        if (!transaction) continue;
        take(transaction.inputs.length + transaction.outputs.length);
        known.set(transaction.txid, transaction);
      }
    }
  }
}

/** Any transaction that came, went or changed its block shows. */
function isSame(a: ElectrumHistory, b: ElectrumHistory): boolean {
  if (a.size !== b.size) return false;
  for (const [txid, height] of a) {
    const other = b.get(txid);
    if (other === undefined || Math.max(other, 0) !== Math.max(height, 0)) return false;
  }
  return true;
}
