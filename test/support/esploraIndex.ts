import { createHash } from 'node:crypto';
import type {
  EsploraBlockHeader,
  EsploraOutput,
  EsploraTransaction,
  EsploraView,
} from './esploraFormat.ts';

/** What electrs keeps per script, found by its address or its hash: its transactions, oldest first. */
export interface AddressHistory {
  readonly confirmed: readonly PlacedTransaction[];
  readonly mempool: readonly EsploraTransaction[];
}

export interface PlacedTransaction {
  readonly transaction: EsploraTransaction;
  readonly block: EsploraBlockHeader;
}

export interface EsploraStatus {
  readonly confirmed: boolean;
  readonly block_height?: number;
  readonly block_hash?: string;
  readonly block_time?: number;
}

/** One view, ready to be asked. */
export interface EsploraIndex {
  readonly view: EsploraView;
  readonly blocksByHash: ReadonlyMap<string, EsploraBlockHeader>;
  readonly blocksByTxid: ReadonlyMap<string, EsploraBlockHeader>;
  history(address: string): AddressHistory;
  /** Whether a transaction in the mempool spends the output. */
  isSpentInMempool(txid: string, vout: number): boolean;
}

/** A Taproot address of regtest has 64 characters too. */
const scriptHash = /^[0-9a-f]{64}$/;
const nothing: AddressHistory = { confirmed: [], mempool: [] };

/** Indexes a view by block, transaction and address. */
export function indexView(view: EsploraView): EsploraIndex {
  const blocksByHash = new Map<string, EsploraBlockHeader>();
  const blocksByTxid = new Map<string, EsploraBlockHeader>();
  const histories = new Map<
    string,
    { confirmed: PlacedTransaction[]; mempool: EsploraTransaction[] }
  >();
  const historyOf = (address: string) => {
    const known = histories.get(address);
    if (known) return known;
    const fresh = { confirmed: [], mempool: [] };
    histories.set(address, fresh);
    return fresh;
  };
  for (const { header, transactions } of view.blocks) {
    blocksByHash.set(header.id, header);
    for (const transaction of transactions) {
      blocksByTxid.set(transaction.txid, header);
      for (const address of addressesOf(transaction)) {
        historyOf(address).confirmed.push({ transaction, block: header });
      }
    }
  }
  const spent = new Set<string>();
  for (const transaction of view.mempool) {
    for (const { txid, vout } of transaction.vin) spent.add(`${txid}:${vout}`);
    for (const address of addressesOf(transaction)) historyOf(address).mempool.push(transaction);
  }
  return {
    view,
    blocksByHash,
    blocksByTxid,
    history: (address) => histories.get(address) ?? nothing,
    isSpentInMempool: (txid, vout) => spent.has(`${txid}:${vout}`),
  };
}

/** What electrs lists at `/blocks/:height`: ten blocks from there downwards. */
export function listFrom(
  blocks: EsploraView['blocks'],
  height: number,
): readonly EsploraBlockHeader[] {
  const lowest = Math.max(0, height - 9);
  return blocks
    .slice(lowest, height + 1)
    .map(({ header }) => header)
    .reverse();
}

/** The `status` of what is in that block, or in none. */
export function statusOf(block: EsploraBlockHeader | undefined): EsploraStatus {
  if (!block) return { confirmed: false };
  return {
    confirmed: true,
    block_height: block.height,
    block_hash: block.id,
    block_time: block.timestamp,
  };
}

/** Sums over a history, keys in the order of serde_json. */
export function statsOf(
  transactions: readonly EsploraTransaction[],
  address: string,
): Record<string, number> {
  let [fundedCount, fundedSum, spentCount, spentSum] = [0, 0, 0, 0];
  for (const { vin, vout } of transactions) {
    for (const output of vout) {
      if (!isNamed(output, address)) continue;
      fundedCount++;
      fundedSum += output.value;
    }
    for (const { prevout } of vin) {
      if (!prevout || !isNamed(prevout, address)) continue;
      spentCount++;
      spentSum += prevout.value;
    }
  }
  return {
    funded_txo_count: fundedCount,
    funded_txo_sum: fundedSum,
    spent_txo_count: spentCount,
    spent_txo_sum: spentSum,
    tx_count: transactions.length,
  };
}

/**
 * The unspent outputs as electrs gives them: confirmed ones that nothing in the mempool spends, then
 * unconfirmed ones. Undefined if there were ever more than `limit` at once: it gives up then.
 */
export function unspentOf(
  index: EsploraIndex,
  address: string,
  limit: number,
): readonly Record<string, unknown>[] | undefined {
  const { confirmed, mempool } = index.history(address);
  const unspent = new Map<
    string,
    { txid: string; vout: number; status: EsploraStatus; value: number }
  >();
  for (const { transaction, block } of confirmed) {
    for (const { txid, vout, prevout } of transaction.vin) {
      if (prevout && isNamed(prevout, address)) unspent.delete(`${txid}:${vout}`);
    }
    for (const output of outputsTo(transaction, address)) {
      unspent.set(`${output.txid}:${output.vout}`, {
        txid: output.txid,
        vout: output.vout,
        status: statusOf(block),
        value: output.value,
      });
      if (unspent.size > limit) return undefined;
    }
  }
  const waiting = mempool.flatMap((transaction) =>
    outputsTo(transaction, address).map(({ txid, vout, value }) => ({
      txid,
      vout,
      status: statusOf(undefined),
      value,
    })),
  );
  return [...unspent.values(), ...waiting].filter(
    ({ txid, vout }) => !index.isSpentInMempool(txid, vout),
  );
}

function outputsTo(
  { txid, vout }: EsploraTransaction,
  address: string,
): { txid: string; vout: number; value: number }[] {
  return vout.flatMap((output, index) =>
    isNamed(output, address) ? [{ txid, vout: index, value: output.value }] : [],
  );
}

/** Whether an output pays to an address, or to the script of a hash. */
function isNamed(output: EsploraOutput, name: string): boolean {
  return scriptHash.test(name)
    ? scriptHashOf(output) === name
    : output.scriptpubkey_address === name;
}

function scriptHashOf({ scriptpubkey }: EsploraOutput): string {
  return createHash('sha256').update(Buffer.from(scriptpubkey, 'hex')).digest('hex');
}

function addressesOf({ vin, vout }: EsploraTransaction): ReadonlySet<string> {
  const names = new Set<string>();
  const spent = vin.flatMap(({ prevout }) => prevout ?? []);
  for (const output of [...vout, ...spent]) {
    if (output.scriptpubkey_address !== undefined) names.add(output.scriptpubkey_address);
    names.add(scriptHashOf(output));
  }
  return names;
}
