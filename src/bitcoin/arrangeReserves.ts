import { Sats } from '../core/sats.ts';
import type { CustodyScript, ScriptReserve, Utxo } from './bitcoinSource.ts';
import { undoMismatch } from './errors.ts';
import type { UtxosByScript } from './undoBlocks.ts';

/**
 * One entry per script, in the given order, its outputs sorted by txid and vout.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID if a script has one output twice
 */
export function arrangeReserves(
  scripts: readonly CustodyScript[],
  utxos: UtxosByScript,
): ScriptReserve[] {
  return scripts.map(({ script }) => {
    const held = (utxos.get(script) ?? []).toSorted(compareOutpoints);
    let sum = 0n;
    let before: Utxo | undefined;
    for (const utxo of held) {
      if (before?.vout === utxo.vout && before.txid === utxo.txid) {
        throw undoMismatch(`output ${utxo.txid}:${utxo.vout} appears twice`);
      }
      sum += utxo.sats;
      before = utxo;
    }
    return { script, sats: Sats(sum), utxos: held };
  });
}

function compareOutpoints(a: Utxo, b: Utxo): number {
  if (a.txid === b.txid) return a.vout - b.vout;
  return a.txid < b.txid ? -1 : 1;
}
