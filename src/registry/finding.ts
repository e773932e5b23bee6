import { type ErrorCode, errorCodes } from '../core/errorCodes.ts';
import { printableText } from './printableText.ts';

/** One fault of the registry: what, where, and what to do. */
export interface Finding {
  readonly code: ErrorCode;
  /** A registry with errors is not used; a warning asks somebody to look. */
  readonly severity: 'error' | 'warning';
  /** Relative to the registry's directory, with forward slashes: `wbtc/reserves.json`. */
  readonly file: string;
  /** JSON pointer (RFC 6901) to the place in the file; empty for the file as a whole. */
  readonly pointer: string;
  readonly message: string;
  readonly fix: string;
}

/** A place in a registry file. */
export interface Place {
  readonly file: string;
  readonly pointer: string;
}

/** What only asks somebody to look. */
const warnings: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'REGISTRY_REVIEW_OVERDUE',
  'REGISTRY_PROOF_EXPIRED',
]);

/** A finding; what the file's author controls in it is made fit to print. */
export function createFinding(
  code: ErrorCode,
  place: Place,
  message: string,
  fix: string = errorCodes[code].fix,
): Finding {
  return {
    code,
    severity: warnings.has(code) ? 'warning' : 'error',
    file: printableText(place.file, 300),
    pointer: printableText(place.pointer, 300),
    message: printableText(message, 1000),
    fix: printableText(fix, 500),
  };
}

/** The findings for which a registry is not used. */
export function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

/** The same findings, each warning an error. */
export function holdStrictly(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, severity: 'error' as const }));
}
