import { Sats } from '../core/sats.ts';
import type { CustodyScript, ScriptReserve, Utxo } from './bitcoinSource.ts';
import { undoMismatch } from './errors.ts';
import { findSharedOutputs } from './findSharedOutputs.ts';
import type { UtxosByScript } from './undoBlocks.ts';

/**
 * One entry per script, in the given order, its outputs sorted by txid and vout.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID if one output appears twice, at one script or at two
 */
export function arrangeReserves(
  scripts: readonly CustodyScript[],
  utxos: UtxosByScript,
): ScriptReserve[] {
  const reserves = scripts.map(({ script }) => {
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
  const [outpoint] = findSharedOutputs(reserves).values();
  if (outpoint !== undefined) throw undoMismatch(`output ${outpoint} is of two scripts`);
  return reserves;
}

function compareOutpoints(a: Utxo, b: Utxo): number {
  if (a.txid === b.txid) return a.vout - b.vout;
  return a.txid < b.txid ? -1 : 1;
}
