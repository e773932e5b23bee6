import { Transaction } from 'bitcoinjs-lib';

/** An output that is spent. */
export interface Prevout {
  readonly script: Uint8Array;
  readonly value: bigint;
}

/** One input of a transaction, with all that its signatures may commit to. */
export interface Spend {
  readonly transaction: Transaction;
  readonly index: number;
  /** The outputs that the transaction's inputs spend, in their order. */
  readonly prevouts: readonly Prevout[];
  readonly prevout: Prevout;
  readonly scriptSig: Uint8Array;
  readonly witness: readonly Uint8Array[];
}

/** The sighash (ALL) before SegWit. */
export function hashLegacy(spend: Spend, script: Uint8Array): Uint8Array {
  return spend.transaction.hashForSignature(spend.index, script, Transaction.SIGHASH_ALL);
}

/** The sighash (ALL) of BIP-143. */
export function hashSegwit(spend: Spend, scriptCode: Uint8Array): Uint8Array {
  const { transaction, index, prevout } = spend;
  return transaction.hashForWitnessV0(index, scriptCode, prevout.value, Transaction.SIGHASH_ALL);
}

/** The sighash of BIP-341 (DEFAULT or ALL), for the key path or for a leaf (BIP-342). */
export function hashTaproot(spend: Spend, flag: number, leaf?: Uint8Array): Uint8Array {
  return spend.transaction.hashForWitnessV1(
    spend.index,
    spend.prevouts.map(({ script }) => script),
    spend.prevouts.map(({ value }) => value),
    flag,
    leaf,
  );
}
