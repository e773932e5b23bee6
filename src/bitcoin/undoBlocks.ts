import type { AssayError } from '../core/assayError.ts';
import { Sats } from '../core/sats.ts';
import type { ReserveWindow, Utxo } from './bitcoinSource.ts';
import { undoMismatch } from './errors.ts';

/** The unspent outputs of each script (scriptPubKey, lower-case hex), in any order. */
export type UtxosByScript = ReadonlyMap<string, readonly Utxo[]>;

/** An output with the script that it pays to. */
export interface ScriptUtxo extends Utxo {
  readonly script: string;
}

/** What one transaction did to the scripts that are read. */
export interface TransactionChanges {
  /** Outputs that it spent; `height` is that of the block which created them. */
  readonly spent: readonly ScriptUtxo[];
  readonly created: readonly ScriptUtxo[];
}

/** What one block did to the scripts that are read. */
export interface BlockChanges {
  readonly height: number;
  /** In the order of the block; transactions that touch none of the scripts may be left out. */
  readonly transactions: readonly TransactionChanges[];
}

/** What some scripts hold as of an earlier block. */
export interface UndoneReserves {
  readonly utxos: UtxosByScript;
  readonly total: Sats;
  /** Over the states after each block, from that block up to the tip. */
  readonly window: ReserveWindow;
}

/**
 * The unspent outputs of some scripts as of the block at `height`: those at the tip, with the blocks
 * above that height undone. What these blocks created is taken away, what they spent comes back, and
 * what was created and spent among them never appears.
 *
 * Nothing is assumed of the input: the blocks must follow each other down to `height`, every output
 * that is taken away must be there with the same amount, script and height, none that comes back may
 * be there already, and none that stays may be younger than `height`. A set and blocks of two
 * different states do not pass.
 *
 * @param tipUtxos the unspent outputs of the scripts after the last of the blocks
 * @param blocks the blocks above `height`, newest first
 * @throws AssayError SOURCE_RESPONSE_INVALID if blocks and set do not belong together
 */
export function undoBlocks(
  tipUtxos: UtxosByScript,
  blocks: readonly BlockChanges[],
  height: number,
): UndoneReserves {
  const touched: TouchedSets = new Map();
  let total = sumUtxos(tipUtxos);
  let lowest = total;
  let highest = total;
  let next = height + blocks.length;
  for (const block of blocks) {
    if (block.height !== next--) throw undoMismatch(`block ${block.height} is out of its order`);
    total = Sats(total - undoBlock(tipUtxos, touched, block));
    if (total < lowest) lowest = total;
    if (total > highest) highest = total;
  }
  const utxos = new Map(tipUtxos);
  for (const [script, set] of touched) utxos.set(script, [...set.values()]);
  for (const held of utxos.values()) {
    for (const utxo of held) {
      if (utxo.height > height) throw mismatch(utxo, `is not in its block ${utxo.height}`);
    }
  }
  return { utxos, total, window: { lowest, highest } };
}

/** Script → outpoint → output, for the few scripts that the blocks touch. */
type TouchedSets = Map<string, Map<string, Utxo>>;

/** Undoes one block in the sets, and gives by how much the block had changed the sum. */
function undoBlock(tipUtxos: UtxosByScript, touched: TouchedSets, block: BlockChanges): bigint {
  let change = 0n;
  // Backwards, since a transaction may spend what an earlier one of the same block created.
  for (const { spent, created } of block.transactions.toReversed()) {
    for (const output of created) {
      takeAway(touchedSet(tipUtxos, touched, output.script), output, block.height);
      change += output.sats;
    }
    for (const { script, ...output } of spent) {
      if (output.height > block.height) throw mismatch(output, 'is spent before it is created');
      putBack(touchedSet(tipUtxos, touched, script), output);
      change -= output.sats;
    }
  }
  return change;
}

function touchedSet(
  tipUtxos: UtxosByScript,
  touched: TouchedSets,
  script: string,
): Map<string, Utxo> {
  const known = touched.get(script);
  if (known) return known;
  const set = new Map<string, Utxo>();
  for (const utxo of tipUtxos.get(script) ?? []) putBack(set, utxo);
  touched.set(script, set);
  return set;
}

function takeAway(set: Map<string, Utxo>, output: Utxo, height: number): void {
  const key = outpoint(output);
  const held = set.get(key);
  if (held === undefined) throw mismatch(output, 'was created and is neither spent nor unspent');
  if (held.height !== height || held.sats !== output.sats) {
    throw mismatch(output, 'is unspent with another height or amount than its own');
  }
  set.delete(key);
}

function putBack(set: Map<string, Utxo>, output: Utxo): void {
  const key = outpoint(output);
  if (set.has(key)) throw mismatch(output, 'appears twice');
  set.set(key, output);
}

function sumUtxos(utxos: UtxosByScript): Sats {
  let sum = 0n;
  for (const held of utxos.values()) {
    for (const utxo of held) sum += utxo.sats;
  }
  return Sats(sum);
}

function outpoint(output: Utxo): string {
  return `${output.txid}:${output.vout}`;
}

function mismatch(output: Utxo, what: string): AssayError {
  return undoMismatch(`output ${outpoint(output)} ${what}`);
}
