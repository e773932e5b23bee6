import { Transaction } from 'bitcoinjs-lib';
import { hash256 } from './hash256.ts';

/** What a serialised transaction spends and creates. */
export interface RawTransaction {
  /** In the order that RPC and explorers show it. */
  readonly txid: string;
  readonly inputs: readonly { readonly txid: string; readonly vout: number }[];
  readonly outputs: readonly { readonly script: string; readonly sats: bigint }[];
  /** The serialisation without witnesses: its double SHA-256 is the txid. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a serialised transaction, with or without witnesses (BIP 144), and hashes it: whoever asked
 * for a txid compares.
 *
 * @returns undefined for anything that is not exactly one transaction
 */
export function parseRawTransaction(hex: string): RawTransaction | undefined {
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) return undefined;
  try {
    const transaction = Transaction.fromBuffer(Buffer.from(hex, 'hex'));
    for (const input of transaction.ins) input.witness = [];
    const bytes = transaction.toBuffer();
    return {
      txid: displayHash(hash256(bytes)),
      inputs: transaction.ins.map(({ hash, index }) => ({ txid: displayHash(hash), vout: index })),
      outputs: transaction.outs.map(({ script, value }) => ({
        script: Buffer.from(script).toString('hex'),
        sats: value,
      })),
      bytes,
    };
  } catch {
    // The library's own words quote the input.
    return undefined;
  }
}

function displayHash(hash: Uint8Array): string {
  return Buffer.from(hash).reverse().toString('hex');
}
