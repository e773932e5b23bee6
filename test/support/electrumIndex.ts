import { createHash } from 'node:crypto';
import { Transaction } from 'bitcoinjs-lib';

/** A transaction as an Electrum server keeps it. */
export interface ElectrumTransaction {
  readonly txid: string;
  /** With its witnesses. */
  readonly hex: string;
  readonly inputs: readonly { readonly txid: string; readonly vout: number }[];
  readonly outputs: readonly { readonly script: string; readonly sats: bigint }[];
}

export interface ElectrumBlock {
  readonly hash: string;
  /** 80 bytes in hex. */
  readonly header: string;
  readonly transactions: readonly ElectrumTransaction[];
}

/** All that a server knows at one moment. A new object whenever anything changed. */
export interface ElectrumView {
  /** By height, from the genesis block on. */
  readonly blocks: readonly ElectrumBlock[];
  readonly mempool: readonly ElectrumTransaction[];
}

/** One view, ready to be asked; answers have the names and the order of the protocol. */
export interface ElectrumIndex {
  readonly view: ElectrumView;
  history(scriptHash: string): readonly { readonly tx_hash: string; readonly height: number }[];
  unspents(scriptHash: string): readonly {
    readonly tx_hash: string;
    readonly tx_pos: number;
    readonly height: number;
    readonly value: number;
  }[];
  transaction(txid: string): ElectrumTransaction | undefined;
  /** Undefined for a transaction that is not in that block. */
  merkle(txid: string, height: number): { merkle: string[]; pos: number } | undefined;
}

interface Touching {
  readonly history: Map<string, number>;
  readonly unspents: Map<string, { tx_hash: string; tx_pos: number; value: number }>;
}

/** Reads a serialised transaction. */
export function readElectrumTransaction(hex: string): ElectrumTransaction {
  const transaction = Transaction.fromHex(hex);
  return {
    txid: transaction.getId(),
    hex,
    inputs: transaction.ins.map(({ hash, index }) => ({ txid: reversedHex(hash), vout: index })),
    outputs: transaction.outs.map(({ script, value }) => ({
      script: Buffer.from(script).toString('hex'),
      sats: value,
    })),
  };
}

/** Indexes a view by script hash (reversed, as the protocol has it) and transaction. */
export function indexElectrumView(view: ElectrumView): ElectrumIndex {
  const transactions = new Map<string, ElectrumTransaction>();
  const scripts = new Map<string, Touching>();
  const owners = new Map<string, string>();
  const heights = new Map<string, number>();

  function touch(scriptHash: string): Touching {
    const known = scripts.get(scriptHash);
    if (known) return known;
    const fresh = { history: new Map(), unspents: new Map() };
    scripts.set(scriptHash, fresh);
    return fresh;
  }

  function add(transaction: ElectrumTransaction, height: number): void {
    const { txid, inputs, outputs } = transaction;
    transactions.set(txid, transaction);
    heights.set(txid, height);
    for (const input of inputs) {
      const outpoint = `${input.txid}:${input.vout}`;
      const owner = owners.get(outpoint);
      if (owner === undefined) continue;
      touch(owner).history.set(txid, height);
      touch(owner).unspents.delete(outpoint);
    }
    for (const [vout, { script, sats }] of outputs.entries()) {
      const owner = reversedHex(sha256(Buffer.from(script, 'hex')));
      const outpoint = `${txid}:${vout}`;
      owners.set(outpoint, owner);
      touch(owner).history.set(txid, height);
      touch(owner).unspents.set(outpoint, { tx_hash: txid, tx_pos: vout, value: Number(sats) });
    }
  }

  for (const [height, block] of view.blocks.entries()) {
    for (const transaction of block.transactions) add(transaction, height);
  }
  for (const transaction of view.mempool) {
    const waits = transaction.inputs.some(({ txid }) => (heights.get(txid) ?? 1) <= 0);
    add(transaction, waits ? -1 : 0);
  }

  return {
    view,
    history: (scriptHash) =>
      [...(scripts.get(scriptHash)?.history ?? [])].map(([tx_hash, height]) => ({
        tx_hash,
        height,
      })),
    unspents: (scriptHash) =>
      [...(scripts.get(scriptHash)?.unspents.values() ?? [])].map(({ tx_hash, tx_pos, value }) => ({
        tx_hash,
        tx_pos,
        // As ElectrumX: 0 for everything that waits.
        height: Math.max(heights.get(tx_hash) ?? 0, 0),
        value,
      })),
    transaction: (txid) => transactions.get(txid),
    merkle(txid, height) {
      const txids = view.blocks[height]?.transactions.map((one) => one.txid) ?? [];
      const pos = txids.indexOf(txid);
      return pos < 0 ? undefined : { merkle: merkleBranch(txids, pos), pos };
    },
  };
}

/** The root of some txids, as a header holds it, in hex. */
export function merkleRoot(txids: readonly string[]): string {
  let row = txids.map(internal);
  while (row.length > 1) row = nextRow(row);
  return (row[0] ?? Buffer.alloc(32)).toString('hex');
}

/** The siblings of a transaction, from the leaf upwards, in hex as explorers show them. */
export function merkleBranch(txids: readonly string[], position: number): string[] {
  const branch: string[] = [];
  let at = position;
  for (let row = txids.map(internal); row.length > 1; row = nextRow(row)) {
    const sibling = row[at ^ 1] ?? row[at];
    if (sibling) branch.push(reversedHex(sibling));
    at >>= 1;
  }
  return branch;
}

function nextRow(row: readonly Buffer[]): Buffer[] {
  const next: Buffer[] = [];
  for (let at = 0; at < row.length; at += 2) {
    const left = row[at] ?? Buffer.alloc(32);
    next.push(sha256(sha256(Buffer.concat([left, row[at + 1] ?? left]))));
  }
  return next;
}

function internal(txid: string): Buffer {
  return Buffer.from(txid, 'hex').reverse();
}

function reversedHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex');
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
