import type { Digest } from '../core/canonicalJson.ts';
import type { AttestationStore, StoredAttestation } from './attestationStore.ts';

export interface MemoryStoreOptions {
  /** How many attestations of one asset are kept; the oldest go first. Default 100. */
  readonly keepPerAsset?: number;
}

/**
 * Attestations in memory, for a service that needs no history: gone with the process. The latest is
 * the one that was observed last, whatever the order of `put`.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): AttestationStore {
  const { keepPerAsset = 100 } = options;
  const byId = new Map<Digest, StoredAttestation>();
  /** Per asset, oldest first. */
  const byAsset = new Map<string, StoredAttestation[]>();
  return {
    async put(stored) {
      if (byId.has(stored.id)) return;
      const kept = byAsset.get(stored.assetId) ?? [];
      const next = kept.findLastIndex((one) => observedAt(one) <= observedAt(stored)) + 1;
      kept.splice(next, 0, stored);
      byAsset.set(stored.assetId, kept);
      byId.set(stored.id, stored);
      for (const dropped of kept.splice(0, Math.max(0, kept.length - keepPerAsset)))
        byId.delete(dropped.id);
    },
    async latest(assetId) {
      return byAsset.get(assetId)?.at(-1);
    },
    async byId(id) {
      return byId.get(id);
    },
  };
}

function observedAt(stored: StoredAttestation): number {
  return stored.attestation.report.observedAt;
}
