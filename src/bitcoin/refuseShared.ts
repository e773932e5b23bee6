import type { SourceRef } from '../core/source.ts';
import type { Utxo } from './bitcoinSource.ts';
import { outputShared } from './errors.ts';
import { findSharedOutputs } from './findSharedOutputs.ts';
import type { UnreadScript } from './partialReadingError.ts';

/**
 * What a source says of some scripts, in their order, those left unread to which it gives one and the
 * same output.
 */
export function refuseShared<
  T extends { readonly script: string; readonly utxos: readonly Utxo[] | null },
>(scripts: readonly (T | UnreadScript)[], source: SourceRef): readonly (T | UnreadScript)[] {
  const shared = findSharedOutputs(scripts.flatMap((one) => ('error' in one ? [] : [one])));
  if (shared.size === 0) return scripts;
  return scripts.map((one) => {
    const outpoint = shared.get(one.script);
    if (outpoint === undefined || 'error' in one) return one;
    return { script: one.script, error: outputShared(source, outpoint) };
  });
}
