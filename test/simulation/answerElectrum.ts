import { z } from 'zod';
import {
  type ElectrumIndex,
  type ElectrumTransaction,
  indexElectrumView,
} from '../support/electrumIndex.ts';
import type { EsploraBlock, EsploraTransaction, EsploraView } from '../support/esploraFormat.ts';
import type { WireReply } from './wire.ts';

const Request = z.object({ id: z.int(), method: z.string(), params: z.array(z.unknown()) });
const indexes = new WeakMap<EsploraView, ElectrumIndex>();

/**
 * An ElectrumX server's answer to one line.
 *
 * @param refused the script hash whose history is too long for it
 */
export function answerElectrum(
  view: EsploraView,
  hexes: ReadonlyMap<string, string>,
  line: string,
  refused?: string,
): WireReply {
  const index = indexes.get(view) ?? indexElectrumView(translate(view, hexes));
  indexes.set(view, index);
  const message: unknown = JSON.parse(line);
  const requests = z.array(Request).parse(Array.isArray(message) ? message : [message]);
  const answers = requests.map(({ id, method, params }) => ({
    jsonrpc: '2.0',
    id,
    ...(refused !== undefined && params[0] === refused
      ? failure(1, 'history too large')
      : answerMethod(index, method, params)),
  }));
  return { status: 200, body: JSON.stringify(Array.isArray(message) ? answers : answers[0]) };
}

function answerMethod(index: ElectrumIndex, method: string, params: readonly unknown[]): object {
  const { blocks } = index.view;
  const [subject] = params;
  switch (method) {
    case 'server.version':
      return { result: ['StandIn 1.0', '1.4'] };
    case 'server.features':
      return { result: { genesis_hash: blocks[0]?.hash } };
    case 'blockchain.headers.subscribe':
      return { result: { height: blocks.length - 1, hex: blocks.at(-1)?.header } };
    case 'blockchain.block.header': {
      const header = blocks[z.int().parse(subject)]?.header;
      return header === undefined ? failure(1, 'height out of range') : { result: header };
    }
    case 'blockchain.block.headers': {
      const [from, count] = z.tuple([z.int(), z.int()]).parse(params);
      const headers = blocks.slice(from, from + count).map(({ header }) => header);
      return { result: { count: headers.length, hex: headers.join(''), max: 2016 } };
    }
    case 'blockchain.scripthash.get_history':
      return { result: index.history(z.string().parse(subject)) };
    case 'blockchain.scripthash.listunspent':
      return { result: index.unspents(z.string().parse(subject)) };
    case 'blockchain.transaction.get': {
      const transaction = index.transaction(z.string().parse(subject));
      return transaction ? { result: transaction.hex } : failure(2, 'No such transaction');
    }
    default:
      return failure(-32601, 'unknown method');
  }
}

function failure(code: number, message: string): object {
  return { error: { code, message } };
}

function translate({ blocks, mempool }: EsploraView, hexes: ReadonlyMap<string, string>) {
  const one = ({ txid, vin, vout }: EsploraTransaction): ElectrumTransaction => ({
    txid,
    hex: hexes.get(txid) ?? '',
    inputs: vin,
    outputs: vout.map(({ scriptpubkey, value }) => ({
      script: scriptpubkey,
      sats: BigInt(value),
    })),
  });
  return {
    mempool: mempool.map(one),
    blocks: blocks.map(({ header, transactions }) => ({
      hash: header.id,
      header: headerHex(header),
      transactions: transactions.map(one),
    })),
  };
}

function headerHex(header: EsploraBlock['header']): string {
  const bytes = Buffer.alloc(80);
  bytes.writeUInt32LE(header.version, 0);
  Buffer.from(header.previousblockhash ?? '0'.repeat(64), 'hex')
    .reverse()
    .copy(bytes, 4);
  Buffer.from(header.merkle_root, 'hex').reverse().copy(bytes, 36);
  bytes.writeUInt32LE(header.timestamp, 68);
  bytes.writeUInt32LE(header.bits, 72);
  bytes.writeUInt32LE(header.nonce, 76);
  return bytes.toString('hex');
}
