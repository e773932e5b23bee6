import type { CoreBlock } from './coreAnswers.ts';
import type { BlockChanges, ScriptUtxo, TransactionChanges } from './undoBlocks.ts';

/**
 * What a block of `getblock` verbosity 3 did to the scripts, or undefined where an input does not
 * show what it spent (nodes before Bitcoin Core 23, or without undo data).
 */
export function readBlockChanges(
  block: CoreBlock,
  scripts: ReadonlySet<string>,
): BlockChanges | undefined {
  const transactions: TransactionChanges[] = [];
  for (const [index, { txid, vin, vout }] of block.tx.entries()) {
    const spent: ScriptUtxo[] = [];
    for (const input of vin) {
      if (index === 0 && input.coinbase !== undefined) continue;
      const { prevout } = input;
      if (!prevout || input.txid === undefined || input.vout === undefined) return undefined;
      const script = prevout.scriptPubKey.hex;
      if (scripts.has(script)) {
        const { height, value: sats } = prevout;
        spent.push({ txid: input.txid, vout: input.vout, sats, height, script });
      }
    }
    const created: ScriptUtxo[] = [];
    for (const { n, value: sats, scriptPubKey } of vout) {
      const script = scriptPubKey.hex;
      if (scripts.has(script)) {
        created.push({ txid, vout: n, sats, height: block.height, script });
      }
    }
    if (spent.length > 0 || created.length > 0) transactions.push({ spent, created });
  }
  return { height: block.height, transactions };
}
