import type { Attestation } from '../attest/attestation.ts';
import type { Digest } from '../core/canonicalJson.ts';

export interface StoredAttestation {
  /** The EIP-712 digest of the statement. */
  readonly id: Digest;
  readonly assetId: string;
  readonly attestation: Attestation;
}

/** Where attestations are kept; what was put is never changed. */
export interface AttestationStore {
  put(stored: StoredAttestation): Promise<void>;
  /**
   * The attestation of the asset that was put last, whatever time it gives: a clock may have been wrong.
   * A historic one is never the latest.
   */
  latest(assetId: string): Promise<StoredAttestation | undefined>;
  byId(id: Digest): Promise<StoredAttestation | undefined>;
}
