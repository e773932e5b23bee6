import { config, unverified, upstream } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of evidence bundles and of the header stores that they may lean on. */
export const evidenceCodes = {
  EVIDENCE_UNAVAILABLE: {
    ...upstream,
    title: 'No evidence can be given for a result.',
    fix: 'See why; the result itself is not affected.',
  },
  EVIDENCE_NOT_KEPT: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'The evidence of an attestation is not, or no longer, kept here.',
    fix: 'See in its report whether it has any; only the newest bundles are kept.',
  },
  EVIDENCE_MALFORMED: {
    ...unverified,
    title: 'The file is not an evidence bundle, or not a whole one.',
    fix: 'Give the file that `--evidence` wrote, whole and unchanged.',
  },
  EVIDENCE_TOO_LARGE: {
    status: 413,
    exit: 1,
    retry: false,
    title: 'The evidence bundle is larger than it may be.',
    fix: 'Check that the file is an evidence bundle.',
  },
  EVIDENCE_DIGEST_MISMATCH: {
    ...unverified,
    title: 'The evidence bundle is not the one that the report names.',
    fix: 'Use the bundle that was written with this very report.',
  },
  EVIDENCE_REGISTRY_MISMATCH: {
    ...unverified,
    title: 'The registry in the evidence bundle is not the one that the report was made with.',
    fix: 'Do not trust it: the custody addresses or tokens differ from what was audited.',
  },
  EVIDENCE_TRANSACTION_INVALID: {
    ...unverified,
    title:
      'A transaction of the evidence bundle cannot be read, or could be taken for something else.',
    fix: 'Do not trust it: the bundle was made wrongly or changed.',
  },
  EVIDENCE_BRANCH_INVALID: {
    ...unverified,
    title: 'A Merkle branch does not lead from its transaction to its block.',
    fix: 'Do not trust it: the bundle was made wrongly or changed.',
  },
  EVIDENCE_HEADER_INVALID: {
    ...unverified,
    title:
      'A block header lacks its work or link, breaks the difficulty rules, or is not the audited one.',
    fix: 'Do not trust it; with --headers, check the header store with `assay headers sync`.',
  },
  EVIDENCE_OUTPUT_INVALID: {
    ...unverified,
    title:
      'An output of the evidence bundle is not there, not of a custody address, or counted twice.',
    fix: 'Do not trust it: the bundle was made wrongly or changed.',
  },
  EVIDENCE_FIGURES_MISMATCH: {
    ...unverified,
    title: 'The figures that follow from the evidence bundle are not those of the report.',
    fix: 'Do not trust the report, or find the bundle that belongs to it.',
  },
  EVIDENCE_PROOF_INVALID: {
    ...unverified,
    title: 'A proof of token supply does not lead from the storage slot to its block header.',
    fix: 'Do not trust it: the bundle was made wrongly or changed.',
  },
  HEADERS_MISSING: {
    ...config,
    title: 'The header store lacks block headers that the evidence needs.',
    fix: 'Fill it with `assay headers sync`, and name it with --headers.',
  },
  HEADERS_INVALID: {
    ...unverified,
    title: 'Block headers break the rules of their network.',
    fix: 'Fill the header store again from a source that follows the chain.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
