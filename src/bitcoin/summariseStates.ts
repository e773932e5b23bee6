import type { ChainPoint } from '../core/chainPoint.ts';
import { Sats, sumSats } from '../core/sats.ts';
import type { SourceRef } from '../core/source.ts';
import type { AddressState } from './addressState.ts';
import type { ReserveObservation, ReserveWindow, ScriptReserve, Utxo } from './bitcoinSource.ts';

/** What was read of one script. */
export type ScriptState = AddressState & { readonly script: string };

/**
 * The observation that the states of all scripts make, in their order.
 *
 * @param point block H, which all states are as of
 * @param tip where the window ends
 */
export function summariseStates(
  source: SourceRef,
  point: ChainPoint,
  tip: ChainPoint,
  states: readonly ScriptState[],
): ReserveObservation {
  const total = sumSats(states.map(({ sats }) => sats));
  return {
    source,
    point,
    tip,
    total,
    scripts: states.map(describeState),
    window: findWindow(total, states, point.height, tip.height),
  };
}

/** What an observation says of one script. */
export function describeState({ script, sats, utxos }: ScriptState): ScriptReserve {
  return { script, sats, utxos: utxos && [...utxos].sort(compareOutpoints) };
}

/** Blocks that arrived during the reading, above the tip, are undone but not part of the window. */
function findWindow(
  total: Sats,
  states: readonly AddressState[],
  height: number,
  tipHeight: number,
): ReserveWindow {
  let sum: bigint = total;
  let lowest = sum;
  let highest = sum;
  for (let next = height + 1; next <= tipHeight; next++) {
    for (const { changes } of states) sum += changes.get(next) ?? 0n;
    if (sum < lowest) lowest = sum;
    if (sum > highest) highest = sum;
  }
  return { lowest: Sats(lowest), highest: Sats(highest) };
}

function compareOutpoints(a: Utxo, b: Utxo): number {
  if (a.txid === b.txid) return a.vout - b.vout;
  return a.txid < b.txid ? -1 : 1;
}
