import { AssayError } from '../core/assayError.ts';

/** @param what completes "the block header of a token's chain …" */
export function evmHeaderInvalid(what: string): AssayError {
  return new AssayError('EVIDENCE_HEADER_INVALID', {
    message: `the block header of a token's chain ${what}`,
    // The table's own words are about headers that have work.
    fix: 'Do not trust it: the bundle was made wrongly or changed.',
  });
}

/** @param what says what is wrong, beginning with the part of the proof */
export function evmProofInvalid(what: string): AssayError {
  return new AssayError('EVIDENCE_PROOF_INVALID', { message: what });
}
