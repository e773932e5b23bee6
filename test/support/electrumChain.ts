import { createHash } from 'node:crypto';
import { Transaction } from 'bitcoinjs-lib';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import {
  type ElectrumBlock,
  type ElectrumTransaction,
  type ElectrumView,
  merkleRoot,
  readElectrumTransaction,
} from './electrumIndex.ts';
import { type Coin, regtest, syntheticAddress } from './syntheticChain.ts';

/**
 * A chain in memory with regtest's genesis block and true hashes throughout: transactions, Merkle
 * roots and headers, with regtest's work. Nothing checks signatures or amounts.
 */
export interface ElectrumChain {
  readView(): ElectrumView;
  /** A transaction that waits in the mempool. Without inputs it pays out of nowhere. */
  send(transaction: {
    readonly from?: readonly Coin[];
    readonly to: readonly { readonly to: { readonly script: string }; readonly sats: bigint }[];
  }): { readonly txid: string; coin(vout: number): Coin };
  /** Takes transactions out of the mempool, as a replacement does. */
  drop(txid: string): void;
  /** Mines what waits into the first of so many blocks; their coinbases pay 50 BTC to the script. */
  mine(blocks?: number, to?: { readonly script: string }): ChainPoint;
  /** Takes the newest blocks away; their transactions but the coinbases wait again. */
  disconnect(blocks: number): void;
  point(height: number): ChainPoint;
  readonly height: number;
}

const genesis: ElectrumBlock = {
  hash: regtest.genesisHash,
  header: headerHex({
    previous: '0'.repeat(64),
    root: '3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a',
    time: 1_296_688_602,
    nonce: 2,
    version: 1,
  }),
  transactions: [],
};

/** A chain that has only its genesis block. */
export function createElectrumChain(): ElectrumChain {
  let view: ElectrumView = { blocks: [genesis], mempool: [] };
  let counter = 0;

  function build(
    inputs: readonly Coin[],
    outputs: readonly { readonly script: string; readonly sats: bigint }[],
    scriptSig?: Buffer,
  ): ElectrumTransaction {
    const transaction = new Transaction();
    transaction.version = 2;
    // No two transactions alike.
    transaction.locktime = ++counter;
    for (const [index, { txid, vout }] of inputs.entries()) {
      transaction.addInput(Buffer.from(txid, 'hex').reverse(), vout, 0, scriptSig);
      transaction.setWitness(index, [Buffer.alloc(71, 1), Buffer.alloc(33, 2)]);
    }
    for (const { script, sats } of outputs) {
      transaction.addOutput(Buffer.from(script, 'hex'), sats);
    }
    return readElectrumTransaction(transaction.toHex());
  }

  function mineOne(to: { readonly script: string }): ElectrumBlock {
    const height = view.blocks.length;
    const nowhere = { txid: '0'.repeat(64), vout: 0xffff_ffff };
    const coinbase = build(
      [nowhere],
      [{ script: to.script, sats: 5_000_000_000n }],
      Buffer.from(`height ${height}`),
    );
    const transactions = [coinbase, ...view.mempool];
    const fields = {
      previous: view.blocks.at(-1)?.hash ?? '',
      root: merkleRoot(transactions.map(({ txid }) => txid)),
      time: 1_767_225_600 + 600 * height,
      version: 0x2000_0000,
    };
    for (let nonce = 0; ; nonce++) {
      const header = headerHex({ ...fields, nonce });
      const hash = hash256(Buffer.from(header, 'hex')).reverse().toString('hex');
      if (hash < '7fffff') return { hash, header, transactions };
    }
  }

  const chain: ElectrumChain = {
    readView: () => view,
    get height() {
      return view.blocks.length - 1;
    },
    send({ from, to }) {
      const outside = { txid: sha256(Buffer.from(`outside ${counter}`)).toString('hex'), vout: 0 };
      const transaction = build(
        from ?? [outside],
        to.map((one) => ({ script: one.to.script, sats: one.sats })),
      );
      view = { ...view, mempool: [...view.mempool, transaction] };
      const { txid } = transaction;
      return { txid, coin: (vout) => ({ txid, vout }) };
    },
    drop(txid) {
      view = { ...view, mempool: view.mempool.filter((one) => one.txid !== txid) };
    },
    mine(blocks = 1, to = syntheticAddress('miner')) {
      for (let mined = 0; mined < blocks; mined++) {
        view = { blocks: [...view.blocks, mineOne(to)], mempool: [] };
      }
      return chain.point(chain.height);
    },
    disconnect(blocks) {
      const back = view.blocks.slice(-blocks).flatMap((block) => block.transactions.slice(1));
      view = { blocks: view.blocks.slice(0, -blocks), mempool: [...back, ...view.mempool] };
    },
    point(height) {
      const block = view.blocks[height];
      if (!block) throw new Error(`there is no block ${height}`);
      const time = UnixTime(Buffer.from(block.header, 'hex').readUInt32LE(68));
      return { chain: regtest.chain, height, hash: block.hash, time };
    },
  };
  return chain;
}

function headerHex(header: {
  readonly version: number;
  readonly previous: string;
  readonly root: string;
  readonly time: number;
  readonly nonce: number;
}): string {
  const bytes = Buffer.alloc(80);
  bytes.writeUInt32LE(header.version, 0);
  Buffer.from(header.previous, 'hex').reverse().copy(bytes, 4);
  Buffer.from(header.root, 'hex').copy(bytes, 36);
  bytes.writeUInt32LE(header.time, 68);
  bytes.writeUInt32LE(0x207f_ffff, 72);
  bytes.writeUInt32LE(header.nonce, 76);
  return bytes.toString('hex');
}

function hash256(bytes: Buffer): Buffer {
  return sha256(sha256(bytes));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
