import { hexToBytes } from '@noble/hashes/utils.js';
import { sameBytes } from '../control/sameBytes.ts';
import type { CustodyAddress } from '../registry/asset.ts';
import type { TransactionRecord } from './bundleRecord.ts';
import { climbBranch } from './climbBranch.ts';
import { createHash256 } from './createHash256.ts';
import { badBranch, badOutput, badTransaction } from './errors.ts';
import { refuseRange } from './refuseRange.ts';
import { readOutputs, type TransactionOutput } from './strippedTransaction.ts';

/** No script of an address is longer. */
const longestScript = 34;

/** What one custody address holds by the outputs that were shown. */
export interface AddressTally {
  sats: bigint;
  utxos: number;
}

/** Counts the outputs that transactions show, each once, by custody address. */
export interface OutputTally {
  readonly byAddress: ReadonlyMap<string, AddressTally>;
  /** The block of the transactions that follow. */
  beginBlock(height: number, merkleRoot: Uint8Array): void;
  /**
   * Checks that a transaction is in the block, and counts its outputs.
   *
   * @throws AssayError EVIDENCE_TRANSACTION_INVALID, EVIDENCE_BRANCH_INVALID, EVIDENCE_OUTPUT_INVALID
   */
  add(record: TransactionRecord): void;
}

/** A tally over the custody addresses in force. */
export function createOutputTally(custody: readonly CustodyAddress[]): OutputTally {
  const byScript = new Map(
    custody.map(({ script }) => [keyOf(hexToBytes(script)), { sats: 0n, utxos: 0 }]),
  );
  const byAddress = new Map(
    custody.map(({ address, script }) => [
      address,
      byScript.get(keyOf(hexToBytes(script))) ?? { sats: 0n, utxos: 0 },
    ]),
  );
  const hash256 = createHash256();
  const seen = new Set<string>();
  let block = { height: 0, merkleRoot: new Uint8Array(), levels: -1 };

  function placeOf({ position }: TransactionRecord): string {
    return `position ${position} of block ${block.height}`;
  }

  function checkBranch(record: TransactionRecord, txid: Uint8Array): void {
    const { position, branch } = record;
    if (block.levels >= 0 && branch.length !== block.levels) {
      throw badBranch(placeOf(record), 'has another length than others of its block');
    }
    block.levels = branch.length;
    const root = refuseRange(
      () => climbBranch(txid, position, branch, hash256),
      (what) => badBranch(placeOf(record), what),
    );
    if (!sameBytes(root, block.merkleRoot)) {
      throw badBranch(placeOf(record), 'does not lead to the Merkle root of its block');
    }
  }

  function countOutputs(record: TransactionRecord, outputs: readonly TransactionOutput[]): void {
    if (outputs.length !== record.outputs.length) {
      throw badOutput(placeOf(record), 'lacks an output that is counted');
    }
    for (const { sats, script } of outputs) {
      const tally = script.length > longestScript ? undefined : byScript.get(keyOf(script));
      if (!tally) {
        throw badOutput(placeOf(record), 'pays a counted output to no custody address in force');
      }
      tally.sats += sats;
      tally.utxos += 1;
    }
  }

  return {
    byAddress,
    beginBlock(height, merkleRoot) {
      block = { height, merkleRoot: Uint8Array.from(merkleRoot), levels: -1 };
    },
    add(record) {
      const { transaction } = record;
      if (transaction.length === 64) {
        throw badTransaction(
          placeOf(record),
          'has 64 bytes and could be two hashes of a Merkle tree',
        );
      }
      const outputs = refuseRange(
        () => readOutputs(transaction, record.outputs),
        (what) => badTransaction(placeOf(record), what),
      );
      const txid = hash256(transaction);
      checkBranch(record, txid);
      // Also one txid in two blocks: its outputs can be spent only once (BIP-30).
      const name = keyOf(txid);
      if (seen.has(name)) throw badOutput(placeOf(record), 'is counted twice');
      seen.add(name);
      countOutputs(record, outputs);
    },
  };
}

/** Bytes as a text of as many characters: the smallest key that a Map or Set compares by value. */
function keyOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
