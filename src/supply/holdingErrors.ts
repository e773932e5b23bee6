import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import { supplyRequestInvalid } from './errors.ts';
import type { HoldingToRead } from './holdingReader.ts';

/** The token is no contract but the unit that the chain itself counts in. */
export function nativeUnitUnsupported(
  source: SourceRef,
  { token, holder }: HoldingToRead,
): AssayError {
  return new AssayError('SUPPLY_CHAIN_UNSUPPORTED', {
    message: `${token} is its chain's own unit, and assay cannot read who holds how much of it yet`,
    fix: 'What is held in it stays unknown: it is not counted, and never taken for zero.',
    facts: { source: source.id, token, holder },
  });
}

/** The holding is not one that an EVM chain has: a mistake of the program, not of its input. */
export function holdingInvalid({ token }: HoldingToRead, what: string): AssayError {
  return supplyRequestInvalid(`asks for a holding of ${token} ${what}`);
}
