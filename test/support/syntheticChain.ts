import { createHash } from 'node:crypto';
import { networks, payments } from 'bitcoinjs-lib';
import type { CustodyScript } from '../../src/bitcoin/bitcoinSource.ts';
import { type BitcoinNetwork, bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import {
  difficultyOf,
  type EsploraBlock,
  type EsploraBlockHeader,
  type EsploraTransaction,
  type EsploraView,
  formatInput,
  formatOutput,
} from './esploraFormat.ts';
import { mineHeader } from './mineHeader.ts';

/** An output of the chain, to be spent. */
export interface Coin {
  readonly txid: string;
  readonly vout: number;
}

/**
 * A chain in memory with regtest's genesis block, for tests of what no real node can be made to do at a
 * given moment. Blocks have true header hashes and work; nothing checks signatures.
 */
export interface SyntheticChain {
  readView(): EsploraView;
  /** A transaction that waits in the mempool. Without inputs it pays out of nowhere. */
  send(transaction: {
    readonly from?: readonly Coin[];
    readonly to: readonly { readonly to: CustodyScript; readonly sats: bigint }[];
  }): { readonly txid: string; coin(vout: number): Coin };
  /** Takes transactions out of the mempool, as a replacement does. */
  drop(txid: string): void;
  /** Mines what waits into the first of so many blocks. */
  mine(blocks?: number): ChainPoint;
  /** Takes the newest blocks away; their transactions wait again. */
  disconnect(blocks: number): void;
  point(height: number): ChainPoint;
  readonly height: number;
}

/** The regtest network. */
export const regtest = requireNetwork('regtest');

/** An address that nobody holds the key of; equal names give equal addresses. */
export function syntheticAddress(name: string): CustodyScript & { readonly address: string } {
  const hash = sha256(name).subarray(0, 20);
  const { address, output } = payments.p2wpkh({ hash, network: networks.regtest });
  if (address === undefined || output === undefined) throw new Error('no address came out');
  return { address, script: Buffer.from(output).toString('hex') };
}

const genesisFields = { timestamp: 1_296_688_602, bits: 0x207f_ffff, nonce: 2 };

/**
 * A chain that has only its genesis block.
 *
 * @param start the time of block 1, in seconds; every block after it comes 600 later
 */
export function createSyntheticChain({ start = 1_767_225_600 } = {}): SyntheticChain {
  const network = regtest;
  const { timestamp, bits, nonce } = genesisFields;
  const genesis: EsploraBlockHeader = {
    id: network.genesisHash,
    height: 0,
    version: 1,
    timestamp,
    tx_count: 1,
    size: 285,
    weight: 1140,
    merkle_root: '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b',
    previousblockhash: null,
    mediantime: timestamp,
    nonce,
    bits,
    difficulty: difficultyOf(bits),
  };
  const formatPayment = (script: string, sats: bigint) =>
    formatOutput(script, sats, networks.regtest);
  const elsewhere = formatPayment(syntheticAddress('elsewhere').script, 2_000_000_000_000_000n);
  const transactions = new Map<string, EsploraTransaction>();
  let view: EsploraView = { blocks: [{ header: genesis, transactions: [] }], mempool: [] };
  let counter = 0;

  function tip(): EsploraBlockHeader {
    return view.blocks.at(-1)?.header ?? genesis;
  }

  function mineOne(included: readonly EsploraTransaction[]): EsploraBlock {
    const parent = tip();
    const fields = {
      version: 0x2000_0000,
      // No two blocks alike, also after a reorganisation.
      merkle_root: sha256(`${++counter} ${included.map(({ txid }) => txid).join()}`).toString(
        'hex',
      ),
      timestamp: start + 600 * parent.height,
      bits: genesis.bits,
    };
    const header = {
      version: fields.version,
      previousHash: parent.id,
      merkleRoot: fields.merkle_root,
      time: fields.timestamp,
      bits: fields.bits,
      nonce: 0,
    };
    const { hash: id, nonce } = mineHeader(header);
    return {
      header: {
        id,
        height: parent.height + 1,
        version: fields.version,
        timestamp: fields.timestamp,
        tx_count: included.length + 1,
        size: 500,
        weight: 2000,
        merkle_root: fields.merkle_root,
        previousblockhash: parent.id,
        mediantime: fields.timestamp,
        nonce,
        bits: fields.bits,
        difficulty: genesis.difficulty,
      },
      transactions: included,
    };
  }

  const chain: SyntheticChain = {
    readView: () => view,
    get height() {
      return tip().height;
    },
    send({ from, to }) {
      const coins = from ?? [{ txid: sha256(`outside ${++counter}`).toString('hex'), vout: 0 }];
      const txid = sha256(`transaction ${++counter}`).toString('hex');
      const transaction: EsploraTransaction = {
        txid,
        version: 2,
        locktime: 0,
        vin: coins.map(({ txid: spent, vout }) => {
          const prevout = from ? transactions.get(spent)?.vout[vout] : elsewhere;
          if (!prevout) throw new Error(`there is no output ${spent}:${vout} to spend`);
          const witness = ['00'.repeat(71), '02'.repeat(33)];
          return formatInput({ txid: spent, vout, prevout, scriptsig: '', witness, sequence: 0 });
        }),
        vout: to.map(({ to: { script }, sats }) => formatPayment(script, sats)),
        size: 110 + 148 * coins.length,
        weight: 440 + 272 * coins.length,
        fee: 200,
      };
      transactions.set(txid, transaction);
      view = { ...view, mempool: [...view.mempool, transaction] };
      return { txid, coin: (vout) => ({ txid, vout }) };
    },
    drop(txid) {
      view = { ...view, mempool: view.mempool.filter((one) => one.txid !== txid) };
    },
    mine(blocks = 1) {
      for (let mined = 0; mined < blocks; mined++) {
        view = { blocks: [...view.blocks, mineOne(view.mempool)], mempool: [] };
      }
      return chain.point(tip().height);
    },
    disconnect(blocks) {
      const left = view.blocks.slice(0, -blocks);
      const back = view.blocks.slice(-blocks).flatMap((block) => block.transactions);
      view = { blocks: left, mempool: [...back, ...view.mempool] };
    },
    point(height) {
      const header = view.blocks[height]?.header;
      if (!header) throw new Error(`there is no block ${height}`);
      return {
        chain: network.chain,
        height,
        hash: header.id,
        time: UnixTime(header.timestamp),
      };
    },
  };
  return chain;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function requireNetwork(name: 'mainnet' | 'regtest'): BitcoinNetwork {
  const network = bitcoinNetworks.find((one) => one.name === name);
  if (!network) throw new Error(`no network ${name}`);
  return network;
}
