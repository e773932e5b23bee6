import { contradiction } from './errors.ts';

/** @throws AssayError ATTESTATION_STATEMENT_MISMATCH where a name occurs twice */
export function refuseTwice(field: string, names: readonly string[]): void {
  if (new Set(names).size !== names.length) throw contradiction(field, 'lists one entry twice');
}
