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

/** Whether an error concerns one holding, or its token, and not the server that was asked. */
export function concernsHolding(thrown: unknown): thrown is AssayError {
  return (
    thrown instanceof AssayError &&
    (thrown.code.startsWith('TOKEN_') ||
      thrown.code === 'SUPPLY_CHAIN_UNSUPPORTED' ||
      thrown.code === 'INTERNAL_ERROR')
  );
}

/** The holder is none that could have the token. @param what completes "the holder …" */
export function holderRefused(
  source: SourceRef,
  { token, holder }: HoldingToRead,
  what: string,
): AssayError {
  return new AssayError('TOKEN_HOLDING_UNKNOWN', {
    message: `${holder} ${what}: what it has of ${token} is not known`,
    fix: 'Check the holder in the registry: it is who owns the tokens, or what keeps them.',
    facts: { source: source.id, token, holder },
  });
}

/** What the holder has is part of what another holder has, and both are asked for. */
export function heldTwice(
  source: SourceRef,
  { token, holder }: HoldingToRead,
  owner: string,
): AssayError {
  return new AssayError('TOKEN_HOLDING_UNKNOWN', {
    message: `${holder} is where ${owner} keeps its tokens, and both are listed: what it has of ${token} would count twice`,
    fix: 'List the owner or what keeps the tokens, not both.',
    facts: { source: source.id, token, holder, owner },
  });
}

/** The chain keeps secret how much the holder has. @param what completes "the holder …" */
export function holdingHidden(
  source: SourceRef,
  { token, holder }: HoldingToRead,
  what: string,
): AssayError {
  return new AssayError('TOKEN_HOLDING_UNKNOWN', {
    message: `${holder} ${what}: what it has of ${token} does not show`,
    fix: 'What it holds stays unknown: it is not counted, and never taken for zero.',
    facts: { source: source.id, token, holder },
  });
}

/** The holding is not one that its chain has: a mistake of the program, not of its input. */
export function holdingInvalid({ token }: HoldingToRead, what: string): AssayError {
  return supplyRequestInvalid(`asks for a holding of ${token} ${what}`);
}
