import type { Registry as MetricsRegistry } from 'prom-client';
import type { Address } from 'viem';
import type { UnixTime } from '../core/unixTime.ts';
import type { Registry } from '../registry/asset.ts';
import type { AttestationStore } from '../store/attestationStore.ts';
import type { EvidenceStore } from '../store/evidenceStore.ts';
import type { UploadLimits } from './uploads.ts';
import type { VerifierLimits } from './verifier.ts';

/** A key whose attestations this service publishes and trusts. */
export interface ApiSigner {
  readonly address: Address;
  /** From when it signs, where it took over from another key. */
  readonly notBefore?: UnixTime;
}

/** What one client may ask for. */
export interface ApiLimits {
  /** Requests of one client (IPv4 address, IPv6 /64) per window. */
  readonly requests: number;
  readonly windowSeconds: number;
  /** Longest body, but for `/v1/verify`. */
  readonly bodyBytes: number;
  /** Longest attestation that `/v1/verify` takes. */
  readonly attestationBytes: number;
  /** The room of all bodies of `/v1/verify` together. */
  readonly uploads: UploadLimits;
  /** What verifying them may cost. */
  readonly verifier: VerifierLimits;
  /** Bytes of an answer that count as one request more. */
  readonly bytesPerUnit: number;
  /** A connection on which nothing moves for so long, amid a request or its answer, is closed. */
  readonly idleSeconds: number;
}

export const defaultApiLimits: ApiLimits = {
  requests: 600,
  windowSeconds: 60,
  bodyBytes: 64 * 1024,
  attestationBytes: 8 * 1024 * 1024,
  uploads: { totalBytes: 32 * 1024 * 1024, seconds: 30, bytesPerSecond: 64 * 1024 },
  verifier: { threads: 1, waiting: 16, seconds: 10, heapMegabytes: 128 },
  bytesPerUnit: 128 * 1024,
  idleSeconds: 30,
};

export interface ApiLogger {
  /** As pino has it: `info` logs each request but those of prepared answers, `error` what failed. */
  readonly level: string;
  /** Where lines of JSON go; stdout if absent. */
  readonly stream?: { write(line: string): void };
}

/** Everything that the API stands on; it reads no environment, file or clock of its own. */
export interface ApiDependencies {
  readonly registry: Registry;
  readonly store: AttestationStore;
  /** Where the evidence of the attestations is kept; left out where none is. */
  readonly evidence?: Pick<EvidenceStore, 'open'>;
  readonly signers: readonly ApiSigner[];
  readonly clock: () => UnixTime;
  /** Without one, nothing is logged. Headers and bodies of requests never are. */
  readonly logger?: ApiLogger;
  readonly limits?: Partial<ApiLimits>;
  /** Proxies of one's own whose X-Forwarded-For is believed: addresses or networks. None by default. */
  readonly trustProxy?: readonly string[];
  /** Where the figures of /metrics are collected, for those who add more. */
  readonly metrics?: MetricsRegistry;
}
