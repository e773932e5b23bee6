import { AssayError } from './assayError.ts';

/** Any thrown value as an `AssayError`; what assay did not foresee becomes `INTERNAL_ERROR`. */
export function toAssayError(thrown: unknown): AssayError {
  if (thrown instanceof AssayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AssayError('INTERNAL_ERROR', { message, cause: thrown });
}
