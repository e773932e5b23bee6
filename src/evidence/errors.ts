import { AssayError } from '../core/assayError.ts';

/** A file whose form is not an evidence bundle's. */
export function malformed(what: string, cause?: unknown): AssayError {
  return new AssayError('EVIDENCE_MALFORMED', {
    message: `the evidence bundle ${what}`,
    cause,
  });
}

/** A bundle past a bound. */
export function tooLarge(what: string): AssayError {
  return new AssayError('EVIDENCE_TOO_LARGE', { message: `the evidence bundle ${what}` });
}

/** Something other than what the registry's digest stands for. */
export function otherRegistry(what: string, cause?: unknown): AssayError {
  return new AssayError('EVIDENCE_REGISTRY_MISMATCH', {
    message: `the registry in the evidence bundle ${what}`,
    cause,
  });
}

/** A transaction that is refused, with its place. */
export function badTransaction(place: string, what: string): AssayError {
  return new AssayError('EVIDENCE_TRANSACTION_INVALID', {
    message: `the transaction at ${place} ${what}`,
  });
}

/** A Merkle branch that is refused, with the place of its transaction. */
export function badBranch(place: string, what: string): AssayError {
  return new AssayError('EVIDENCE_BRANCH_INVALID', {
    message: `the Merkle branch of the transaction at ${place} ${what}`,
  });
}

/** A header of the evidence that is refused. */
export function badHeader(height: number, what: string): AssayError {
  return new AssayError('EVIDENCE_HEADER_INVALID', {
    message: `the block header at height ${height} ${what}`,
    facts: { height },
  });
}

/** An output that is refused, with the place of its transaction. */
export function badOutput(place: string, what: string): AssayError {
  return new AssayError('EVIDENCE_OUTPUT_INVALID', {
    message: `the transaction at ${place} ${what}`,
  });
}

/** A figure of the report that does not follow from the evidence. */
export function otherFigures(field: string, what: string): AssayError {
  return new AssayError('EVIDENCE_FIGURES_MISMATCH', {
    message: `${field} of the report ${what}`,
    facts: { field },
  });
}

/** A header of a store that is refused. */
export function badStore(height: number, what: string): AssayError {
  return new AssayError('HEADERS_INVALID', {
    message: `the block header at height ${height} ${what}`,
    facts: { height },
  });
}

/** A header that a store lacks. */
export function missingHeader(height: number): AssayError {
  return new AssayError('HEADERS_MISSING', {
    message: `the header store has no block header of height ${height}`,
    facts: { height },
  });
}
