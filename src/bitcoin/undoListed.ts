import { Sats, sumSats } from '../core/sats.ts';
import { type AddressState, outpointOf, type SpentOutput } from './addressState.ts';
import type { Utxo } from './bitcoinSource.ts';
import type { ElectrumHistory, ElectrumUnspent } from './electrumAnswers.ts';
import type { RawTransaction } from './rawTransaction.ts';

/** What an Electrum server says of one script, at one moment. */
export interface ListedScript {
  /** scriptPubKey, lower-case hex. */
  readonly script: string;
  readonly history: ElectrumHistory;
  /** As the mempool leaves them: what a waiting transaction spends is missing, what it pays is there. */
  readonly unspents: readonly ElectrumUnspent[];
}

/** The transactions of a history that are not part of the state at `height`: later, or waiting. */
export function transactionsAbove(history: ElectrumHistory, height: number): string[] {
  return [...history].flatMap(([txid, at]) => (at > height || at <= 0 ? [txid] : []));
}

/**
 * What transactions spent that is in the same history: only of these can they have spent outputs of
 * the script.
 */
export function sourcesOf(
  transactions: readonly RawTransaction[],
  history: ElectrumHistory,
): string[] {
  const txids = transactions.flatMap(({ inputs }) => inputs.map(({ txid }) => txid));
  return [...new Set(txids)].filter((txid) => history.has(txid));
}

/**
 * The state of a script as of block `height`: its listed outputs, with the transactions above that
 * block and in the mempool undone. All of them must be known, and those that they spend from.
 *
 * List, history and transactions must account for each other: what these transactions created is
 * listed or spent among them, what they spent is not listed, and no output is spent twice.
 *
 * @param transactions by txid
 * @returns undefined where they cannot be of one state
 */
export function undoListed(
  { script, history, unspents }: ListedScript,
  transactions: ReadonlyMap<string, RawTransaction>,
  height: number,
): AddressState | undefined {
  const created = new Map<string, SpentOutput>();
  const spent = new Map<string, SpentOutput>();
  const changes = new Map<number, bigint>();
  for (const txid of transactionsAbove(history, height)) {
    const transaction = transactions.get(txid);
    if (transaction === undefined) return undefined;
    let change = 0n;
    for (const output of outputsTo(transaction, script)) {
      created.set(outpointOf(output), output);
      change += output.sats;
    }
    for (const input of transaction.inputs) {
      const paid = history.has(input.txid) ? transactions.get(input.txid) : null;
      if (paid === undefined) return undefined;
      const output = paid && outputsTo(paid, script).find(({ vout }) => vout === input.vout);
      if (!output) continue;
      const outpoint = outpointOf(output);
      if (spent.has(outpoint)) return undefined;
      spent.set(outpoint, output);
      change -= output.sats;
    }
    const at = history.get(txid) ?? 0;
    if (at > 0) changes.set(at, (changes.get(at) ?? 0n) + change);
  }

  const kept = new Map<string, Utxo>();
  const listed = new Set<string>();
  for (const { tx_hash: txid, tx_pos: vout, height: at, value: sats } of unspents) {
    const outpoint = outpointOf({ txid, vout });
    // Waiting is 0 or -1, depending on what else waits: a matter of words between two answers.
    const known = history.get(txid);
    if (known === undefined || Math.max(known, 0) !== Math.max(at, 0)) return undefined;
    if (listed.has(outpoint) || spent.has(outpoint)) return undefined;
    listed.add(outpoint);
    if (at > height || at <= 0) {
      if (created.get(outpoint)?.sats !== sats) return undefined;
    } else {
      const paid = transactions.get(txid)?.outputs[vout];
      const isOther = paid?.script !== script || paid.sats !== sats;
      if (transactions.has(txid) && isOther) return undefined;
      kept.set(outpoint, { txid, vout, sats, height: at });
    }
  }
  for (const outpoint of created.keys()) {
    if (!listed.has(outpoint) && !spent.has(outpoint)) return undefined;
  }

  const utxos = [...kept.values()];
  for (const [outpoint, output] of spent) {
    const at = history.get(output.txid) ?? 0;
    if (!created.has(outpoint)) utxos.push({ ...output, height: at });
  }
  return { sats: sumSats(utxos.map(({ sats }) => sats)), utxos, changes };
}

function outputsTo({ txid, outputs }: RawTransaction, script: string): SpentOutput[] {
  return outputs.flatMap((output, vout) =>
    output.script === script ? [{ txid, vout, sats: Sats(output.sats) }] : [],
  );
}
