import { config, passing, unverified } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of attestations and the keys that sign them. */
export const attestationCodes = {
  ATTESTATION_MALFORMED: {
    ...unverified,
    title: 'The document is not an attestation.',
    fix: 'Give the whole attestation, unchanged, as JSON.',
  },
  ATTESTATION_TOO_LARGE: {
    status: 413,
    exit: 1,
    retry: false,
    title: 'The document is larger than any attestation may be.',
    fix: 'Check that the file or URL is an attestation.',
  },
  ATTESTATION_VERSION_UNKNOWN: {
    ...unverified,
    title: 'The attestation has a version that this program does not know.',
    fix: 'Use a newer assay, or check the document.',
  },
  ATTESTATION_DOMAIN_MISMATCH: {
    ...unverified,
    title: 'Domain or types of the statement differ from those of its version.',
    fix: 'Do not trust it: the statement was made or changed for another purpose.',
  },
  ATTESTATION_SIGNATURE_INVALID: {
    ...unverified,
    title: 'The signature is not one of the signer over this statement.',
    fix: 'Do not trust it: statement, signature or signer was changed.',
  },
  ATTESTATION_SIGNER_UNTRUSTED: {
    ...unverified,
    title: 'The signature is valid, but its signer is not among the trusted keys.',
    fix: 'Compare the signer with what the operator publishes; name it with --signer if you trust it.',
  },
  ATTESTATION_REPORT_MISMATCH: {
    ...unverified,
    title: 'The report is not the one whose digest was signed.',
    fix: 'Do not trust the report: it was changed after it was signed.',
  },
  ATTESTATION_STATEMENT_MISMATCH: {
    ...unverified,
    title: 'The signed statement and its report say different things.',
    fix: 'Do not trust it: its signer made it wrongly.',
  },
  ATTESTATION_HISTORIC: {
    ...unverified,
    title: 'The attestation tells of a moment in the past that was asked for, and nothing of now.',
    fix: 'Fetch the latest attestation; `assay verify` shows what held as of that block.',
  },
  ATTESTATION_EXPIRED: {
    ...unverified,
    title: 'The attestation is past its validity.',
    fix: 'Fetch the latest attestation.',
  },
  ATTESTATION_FROM_FUTURE: {
    ...unverified,
    title: 'The attestation was observed later than now.',
    fix: "Check this machine's clock, and the signer's.",
  },
  ATTESTATION_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'There is no attestation of that id.',
    fix: 'The id is the EIP-712 digest of the statement, 0x and 64 hex digits.',
  },
  ATTESTATION_PENDING: {
    status: 503,
    exit: 2,
    retry: true,
    title: 'The asset has not been audited since the service started.',
    fix: 'Ask again when the first audit has ended.',
  },
  CLOCK_UNSURE: {
    ...passing,
    title:
      "The machine's clock disagrees with its steady clock, with the chains or with the attestation before: nothing was signed.",
    fix: 'Set the clock (NTP), and audit again.',
  },
  KEYSTORE_NOT_FOUND: {
    ...config,
    title: 'The key file is not there.',
    fix: 'Make one with `assay keys generate`, or name it with --keystore.',
  },
  KEYSTORE_EXISTS: {
    ...config,
    title: 'There is a file at that place already; it was left alone.',
    fix: 'Choose another name, or move the old file away.',
  },
  KEYSTORE_MALFORMED: {
    ...config,
    title: 'The key file is not a Web3 Secret Storage v3 file that assay can read.',
    fix: 'Use a file made by `assay keys generate`, or any v3 file with scrypt or pbkdf2.',
  },
  SECRET_EXPOSED: {
    ...config,
    title: 'A key file or passphrase file can be read or changed by other users.',
    fix: 'Close it with chmod 600; if others may have read it, make a new one.',
  },
  PASSPHRASE_WRONG: {
    ...config,
    title: 'The passphrase does not open the key file.',
    fix: 'Check the passphrase; a file may end in a line break, which is not part of it.',
  },
  PASSPHRASE_MISSING: {
    ...config,
    title: 'There is no passphrase to be had.',
    fix: 'Run in a terminal, or name a file with --passphrase-file.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
