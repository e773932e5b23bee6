import { sumSats } from '../core/sats.ts';
import type { CustodyScript, ScriptReserve, Utxo } from './bitcoinSource.ts';
import type { ScriptUtxo } from './undoBlocks.ts';

/** The outputs by script, one entry per script in the given order, each sorted by txid and vout. */
export function arrangeReserves(
  scripts: readonly CustodyScript[],
  utxos: readonly ScriptUtxo[],
): ScriptReserve[] {
  const byScript = new Map<string, Utxo[]>();
  for (const { script, txid, vout, sats, height } of utxos) {
    const utxo = { txid, vout, sats, height };
    const others = byScript.get(script);
    if (others) others.push(utxo);
    else byScript.set(script, [utxo]);
  }
  return scripts.map(({ script }) => {
    const held = byScript.get(script) ?? [];
    held.sort(compareOutpoints);
    return { script, sats: sumSats(held.map(({ sats }) => sats)), utxos: held };
  });
}

function compareOutpoints(a: Utxo, b: Utxo): number {
  if (a.txid === b.txid) return a.vout - b.vout;
  return a.txid < b.txid ? -1 : 1;
}
