import { Transaction } from 'bitcoinjs-lib';
import type { EsploraBlockHeader, EsploraTransaction } from './esploraFormat.ts';
import type { EsploraIndex } from './esploraIndex.ts';

/** A transaction of a chain or mempool, by its txid. */
export function findTransaction(index: EsploraIndex, txid: string): EsploraTransaction | undefined {
  const height = index.blocksByTxid.get(txid)?.height;
  const { blocks, mempool } = index.view;
  const place = height === undefined ? mempool : blocks[height]?.transactions;
  return place?.find((one) => one.txid === txid);
}

/** The transaction with its witnesses, in hex: the bytes that its JSON was made from. */
export function serializeTransaction(json: EsploraTransaction): string {
  const transaction = new Transaction();
  transaction.version = json.version;
  transaction.locktime = json.locktime;
  for (const [index, { txid, vout, sequence, scriptsig, witness }] of json.vin.entries()) {
    const hash = Buffer.from(txid, 'hex').reverse();
    transaction.addInput(hash, vout, sequence, Buffer.from(scriptsig, 'hex'));
    const items = (witness ?? []).map((item) => Buffer.from(item, 'hex'));
    transaction.setWitness(index, items);
  }
  for (const { scriptpubkey, value } of json.vout) {
    transaction.addOutput(Buffer.from(scriptpubkey, 'hex'), BigInt(value));
  }
  return transaction.toHex();
}

/** The 80 bytes of a header, in hex. */
export function serializeHeader(header: EsploraBlockHeader): string {
  const bytes = Buffer.alloc(80);
  bytes.writeUInt32LE(header.version >>> 0, 0);
  Buffer.from(header.previousblockhash ?? '', 'hex')
    .reverse()
    .copy(bytes, 4);
  Buffer.from(header.merkle_root, 'hex').reverse().copy(bytes, 36);
  bytes.writeUInt32LE(header.timestamp, 68);
  bytes.writeUInt32LE(header.bits, 72);
  bytes.writeUInt32LE(header.nonce, 76);
  return bytes.toString('hex');
}
