import type { Attestation } from '../attest/attestation.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type { ErrorCode } from '../core/errorCodes.ts';

export interface StoredAttestation {
  /** The EIP-712 digest of the statement. */
  readonly id: Digest;
  readonly assetId: string;
  readonly attestation: Attestation;
  /** Why a newer answer was not signed, where one could not be: nobody knows whether this one holds. */
  readonly withheld?: Withheld;
}

/** Why an answer was not signed. */
export interface Withheld {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Where attestations are kept; what was put is never changed. */
export interface AttestationStore {
  put(stored: StoredAttestation): Promise<void>;
  /**
   * The attestation of the asset that was put last, whatever time it gives: a clock may have been wrong.
   * A historic one is never the latest.
   */
  latest(assetId: string): Promise<StoredAttestation | undefined>;
  /** Marks the latest attestation of the asset, until the next is put. */
  withhold(assetId: string, why: Withheld): Promise<void>;
  byId(id: Digest): Promise<StoredAttestation | undefined>;
}
