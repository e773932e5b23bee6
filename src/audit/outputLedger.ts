import { outpointOf } from '../bitcoin/addressState.ts';
import type { ScriptReserve } from '../bitcoin/bitcoinSource.ts';

/**
 * Who counts which outputs in one run over several assets. No custody address is listed for two of them
 * (but in a pool, which is audited as one), so that an output which two assets count was invented for one
 * of them, and nothing tells for which.
 */
export interface OutputLedger {
  /**
   * Notes what an asset would count, in place of what it did before, and answers those of its scripts
   * that have an output of another asset, each with that output (`txid:vout`). They are not counted.
   */
  claim(assetId: string, reserves: readonly ScriptReserve[]): ReadonlyMap<string, string>;
  /** The assets that counted an output before another one claimed it, each told once. */
  takeContested(): readonly string[];
}

interface Claims {
  /** The script of each output, by outpoint. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly refused: ReadonlySet<string>;
}

/** A ledger for one run, or for all rounds of a service. */
export function createOutputLedger(): OutputLedger {
  const claims = new Map<string, Claims>();
  const contested = new Set<string>();
  return {
    claim(assetId, reserves) {
      claims.delete(assetId);
      contested.delete(assetId);
      const scripts = new Map<string, string>();
      const refused = new Map<string, string>();
      for (const { script, utxos } of reserves) {
        for (const utxo of utxos ?? []) {
          const outpoint = outpointOf(utxo);
          scripts.set(outpoint, script);
          for (const [other, own] of claims) {
            const claimed = own.scripts.get(outpoint);
            if (claimed === undefined) continue;
            refused.set(script, outpoint);
            if (!own.refused.has(claimed)) contested.add(other);
          }
        }
      }
      claims.set(assetId, { scripts, refused: new Set(refused.keys()) });
      return refused;
    },
    takeContested() {
      const taken = [...contested];
      contested.clear();
      return taken;
    },
  };
}
