import { Sats } from '../core/sats.ts';
import type { Utxo } from './bitcoinSource.ts';
import type { AddressStats, ConfirmedTransaction, Transaction } from './esploraAnswers.ts';

/** What one address holds as of block H, and what happened to it since. */
export interface AddressState {
  readonly sats: Sats;
  /** Null where the server could give only a sum. */
  readonly utxos: readonly Utxo[] | null;
  /** By how much each block above H changed the sum; blocks that did not are left out. */
  readonly changes: ReadonlyMap<number, bigint>;
}

/** An output of the address that a transaction spends. */
export interface SpentOutput {
  readonly txid: string;
  readonly vout: number;
  readonly sats: Sats;
}

/** The name of an output, as maps use it. */
export function outpointOf(output: { readonly txid: string; readonly vout: number }): string {
  return `${output.txid}:${output.vout}`;
}

/** The outputs of a transaction that pay to the script. */
export function createdBy(transaction: Transaction, script: string): SpentOutput[] {
  return transaction.vout.flatMap((output, vout) =>
    output.scriptpubkey === script ? [{ txid: transaction.txid, vout, sats: output.value }] : [],
  );
}

/** The outputs of the script that a transaction spends. */
export function spentBy(transaction: Transaction, script: string): SpentOutput[] {
  return transaction.vin.flatMap(({ txid, vout, prevout }) =>
    prevout?.scriptpubkey === script ? [{ txid, vout, sats: prevout.value }] : [],
  );
}

/** By how much each block changed the sum of the script. */
export function changesByHeight(
  transactions: readonly ConfirmedTransaction[],
  script: string,
): Map<number, bigint> {
  const changes = new Map<number, bigint>();
  for (const transaction of transactions) {
    const { block_height: height } = transaction.status;
    const change = sumOf(createdBy(transaction, script)) - sumOf(spentBy(transaction, script));
    changes.set(height, (changes.get(height) ?? 0n) + change);
  }
  return changes;
}

/**
 * What is left of an address's confirmed statistics without the transactions above H, which all of
 * them count: number and sum of its unspent outputs as of H. Undefined if the statistics cannot
 * include those transactions.
 */
export function statsWithout(
  stats: AddressStats,
  above: readonly ConfirmedTransaction[],
  script: string,
): { readonly count: number; readonly sats: Sats } | undefined {
  const created = above.flatMap((transaction) => createdBy(transaction, script));
  const spent = above.flatMap((transaction) => spentBy(transaction, script));
  const count = stats.funded_txo_count - created.length - (stats.spent_txo_count - spent.length);
  const sats = stats.funded_txo_sum - sumOf(created) - (stats.spent_txo_sum - sumOf(spent));
  return count < 0 || sats < 0n ? undefined : { count, sats: Sats(sats) };
}

/** The plain sum, which may pass through more than all coins there are. */
export function sumOf(outputs: Iterable<{ readonly sats: bigint }>): bigint {
  let sum = 0n;
  for (const { sats } of outputs) sum += sats;
  return sum;
}
