import { isHistoric } from '../attest/isHistoric.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type { AttestationStore, StoredAttestation, Withheld } from './attestationStore.ts';

export interface MemoryStoreOptions {
  /** How many attestations of one asset are kept, and historic ones; the oldest go first. Default 100. */
  readonly keepPerAsset?: number;
}

/** Attestations in memory, for a service that needs no history: gone with the process. */
export function createMemoryStore(options: MemoryStoreOptions = {}): AttestationStore {
  const { keepPerAsset = 100 } = options;
  const byId = new Map<Digest, StoredAttestation>();
  /** Per asset, in the order of `put`. */
  const current = new Map<string, StoredAttestation[]>();
  const historic = new Map<string, StoredAttestation[]>();
  /** Per asset, why its latest attestation is in doubt. */
  const withheld = new Map<string, Withheld>();
  return {
    async put(stored) {
      if (byId.has(stored.id)) return;
      const byAsset = isHistoric(stored.attestation.report) ? historic : current;
      if (byAsset === current) withheld.delete(stored.assetId);
      const kept = byAsset.get(stored.assetId) ?? [];
      kept.push(stored);
      byAsset.set(stored.assetId, kept);
      byId.set(stored.id, stored);
      for (const dropped of kept.splice(0, Math.max(0, kept.length - keepPerAsset)))
        byId.delete(dropped.id);
    },
    async latest(assetId) {
      const latest = current.get(assetId)?.at(-1);
      const why = withheld.get(assetId);
      return latest && why ? { ...latest, withheld: why } : latest;
    },
    async withhold(assetId, why) {
      withheld.set(assetId, why);
    },
    async byId(id) {
      return byId.get(id);
    },
  };
}
