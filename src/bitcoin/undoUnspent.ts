import { createdBy, outpointOf, type SpentOutput, spentBy } from './addressState.ts';
import type { Utxo } from './bitcoinSource.ts';
import type { ConfirmedTransaction, Transaction, UnspentOutput } from './esploraAnswers.ts';

/** A list of unspent outputs with everything above block H undone. */
export interface UndoneUnspent {
  readonly kept: readonly Utxo[];
  /** Unspent as of H and spent since; the height of their blocks is not known from this. */
  readonly restored: readonly SpentOutput[];
}

/**
 * Undoes an Esplora server's list of unspent outputs to block `height`. The list is as the mempool
 * leaves it: what a waiting transaction spends is missing, what it creates is there (unconfirmed). So
 * what waits is undone like what is confirmed above `height`.
 *
 * @param above all transactions of the address confirmed above `height`
 * @param waiting its transactions in the mempool
 * @returns undefined where list and transactions cannot be of one state
 */
export function undoUnspent(
  unspent: readonly UnspentOutput[],
  above: readonly ConfirmedTransaction[],
  waiting: readonly Transaction[],
  script: string,
  height: number,
): UndoneUnspent | undefined {
  // A transaction may be confirmed between the two readings and so be in both lists.
  const undone = new Map([...waiting, ...above].map((one) => [one.txid, one]));

  const kept = new Map<string, Utxo>();
  for (const { txid, vout, value, status } of unspent) {
    if (!status.confirmed) continue;
    if (status.block_height > height) {
      if (!undone.has(txid)) return undefined;
    } else {
      if (undone.has(txid)) return undefined;
      kept.set(outpointOf({ txid, vout }), {
        txid,
        vout,
        sats: value,
        height: status.block_height,
      });
    }
  }
  if (new Set(unspent.map(outpointOf)).size !== unspent.length) return undefined;

  const created = new Set<string>();
  const restored = new Map<string, SpentOutput>();
  for (const transaction of undone.values()) {
    for (const output of createdBy(transaction, script)) created.add(outpointOf(output));
    for (const output of spentBy(transaction, script)) restored.set(outpointOf(output), output);
  }
  for (const outpoint of created) restored.delete(outpoint);
  for (const outpoint of restored.keys()) if (kept.has(outpoint)) return undefined;
  return { kept: [...kept.values()], restored: [...restored.values()] };
}
