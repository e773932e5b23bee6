/**
 * What derives a report's figures again from its evidence bundle: `assay/verify-evidence`. It needs no
 * network, clock or Node.js, and runs in a browser. It comes apart from `assay/verify`, since most who
 * check a signature need none of it.
 */
export { parseAttestation } from './attest/parseAttestation.ts';
export { verifyAttestation } from './attest/verifyAttestation.ts';
export type { HeaderReader } from './evidence/headerStore.ts';
export {
  type BundleVerification,
  type EvidenceOptions,
  verifyBundle,
} from './evidence/verifyBundle.ts';
