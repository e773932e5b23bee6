import { attestationCodes } from './codes/attestationCodes.ts';
import { chainCodes } from './codes/chainCodes.ts';
import { controlCodes } from './codes/controlCodes.ts';
import { discoveryCodes } from './codes/discoveryCodes.ts';
import { evidenceCodes } from './codes/evidenceCodes.ts';
import { inputCodes } from './codes/inputCodes.ts';
import { registryCodes } from './codes/registryCodes.ts';
import { requestCodes } from './codes/requestCodes.ts';
import { sourceCodes } from './codes/sourceCodes.ts';

export type { ErrorCodeEntry } from './codes/errorCodeEntry.ts';

/**
 * Every error that assay can give, in one table: what it means and what to do about it, the HTTP
 * status and the exit code that it becomes, and whether asking again may help. docs/errors.md and
 * the `code` enumeration of openapi.yaml are generated from it.
 */
export const errorCodes = {
  ...inputCodes,
  ...registryCodes,
  ...sourceCodes,
  ...chainCodes,
  ...attestationCodes,
  ...controlCodes,
  ...discoveryCodes,
  ...evidenceCodes,
  ...requestCodes,
} as const;

/** The closed set of error codes. */
export type ErrorCode = keyof typeof errorCodes;
