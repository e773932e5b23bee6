import { AssayError, type ErrorFacts } from '../core/assayError.ts';
import type { ErrorCode } from '../core/errorCodes.ts';
import { toAssayError } from '../core/toAssayError.ts';
import type { Verification } from './schemas/service.ts';
import type { VerifyPolicy } from './verifyBody.ts';

/** What the thread that verifies is given. */
export interface VerifyTask {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly policy: VerifyPolicy;
}

/** What it answers: an error keeps its code, which no thread could pass on as an error. */
export type VerifyOutcome =
  | { readonly verification: Verification }
  | {
      readonly code: ErrorCode;
      readonly message: string;
      readonly fix: string;
      readonly facts: ErrorFacts;
    };

/** An error as it crosses to another thread. */
export function packError(thrown: unknown): VerifyOutcome {
  const { code, message, fix, facts } = toAssayError(thrown);
  return { code, message, fix, facts };
}

/** @throws AssayError as it was on the other thread */
export function unpackOutcome(outcome: VerifyOutcome): Verification {
  if ('verification' in outcome) return outcome.verification;
  const { code, message, fix, facts } = outcome;
  throw new AssayError(code, { message, fix, facts });
}
