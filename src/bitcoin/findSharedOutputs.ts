import { outpointOf } from './addressState.ts';
import type { Utxo } from './bitcoinSource.ts';

/** A script and what is said to lie there; null where only a sum is given. */
interface Held {
  readonly script: string;
  readonly utxos: readonly Utxo[] | null;
}

/**
 * The scripts that are given an output which another of them is given, too, each with one such
 * (`txid:vout`). An output has one script, its scriptPubKey, for ever: who gives it to two contradicts
 * himself, and to count both would make two coins of one.
 */
export function findSharedOutputs(scripts: Iterable<Held>): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const shared = new Map<string, string>();
  for (const { script, utxos } of scripts) {
    for (const utxo of utxos ?? []) {
      const outpoint = outpointOf(utxo);
      const owner = owners.get(outpoint);
      if (owner === undefined) {
        owners.set(outpoint, script);
      } else if (owner !== script) {
        shared.set(owner, outpoint);
        shared.set(script, outpoint);
      }
    }
  }
  return shared;
}
