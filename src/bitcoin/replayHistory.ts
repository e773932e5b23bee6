import { sumSats } from '../core/sats.ts';
import {
  type AddressState,
  changesByHeight,
  createdBy,
  outpointOf,
  type SpentOutput,
  spentBy,
  sumOf,
} from './addressState.ts';
import type { AddressStats, ConfirmedTransaction } from './esploraAnswers.ts';

/**
 * An address's state as of block `height` from all its confirmed transactions. It needs no list of
 * unspent outputs, and so nothing that depends on the mempool.
 *
 * The history must account for the address's statistics to the last output: number of transactions,
 * number and sum of the outputs received and spent. If so, both are of one state of the chain, since
 * each block that touches the address changes the number of its transactions.
 *
 * @param history in any order
 * @param stats of the address, confirmed part
 * @returns undefined if the two do not belong together
 */
export function replayHistory(
  history: readonly ConfirmedTransaction[],
  script: string,
  stats: AddressStats,
  height: number,
): AddressState | undefined {
  const created = new Map<string, SpentOutput & { height: number }>();
  const spent = new Map<string, SpentOutput & { height: number }>();
  const txids = new Set<string>();
  let received = 0;
  let used = 0;
  for (const transaction of history) {
    const { block_height } = transaction.status;
    txids.add(transaction.txid);
    for (const output of createdBy(transaction, script)) {
      created.set(outpointOf(output), { ...output, height: block_height });
      received++;
    }
    for (const output of spentBy(transaction, script)) {
      spent.set(outpointOf(output), { ...output, height: block_height });
      used++;
    }
  }

  const accounts =
    txids.size === history.length &&
    txids.size === stats.tx_count &&
    created.size === received &&
    spent.size === used &&
    received === stats.funded_txo_count &&
    used === stats.spent_txo_count &&
    sumOf(created.values()) === stats.funded_txo_sum &&
    sumOf(spent.values()) === stats.spent_txo_sum;
  if (!accounts) return undefined;
  for (const [outpoint, input] of spent) {
    const output = created.get(outpoint);
    if (!output || output.sats !== input.sats || output.height > input.height) return undefined;
  }

  const utxos = [...created.values()].filter(
    (output) =>
      output.height <= height && (spent.get(outpointOf(output))?.height ?? Infinity) > height,
  );
  const above = history.filter(({ status }) => status.block_height > height);
  return {
    utxos,
    sats: sumSats(utxos.map(({ sats }) => sats)),
    changes: changesByHeight(above, script),
  };
}
