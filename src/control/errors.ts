import { AssayError } from '../core/assayError.ts';
import type { ControlCode } from '../core/codes/controlCodes.ts';

/** Why a proof or an input of it is refused, with the code that names the rule. */
export class ControlError extends AssayError {
  declare readonly code: ControlCode;

  constructor(code: ControlCode, message: string) {
    super(code, { message });
  }
}

/** What assay cannot judge: the proof is inconclusive, never passed. */
export function notUnderstood(message: string): ControlError {
  return new ControlError('CONTROL_NOT_UNDERSTOOD', message);
}
