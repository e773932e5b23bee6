import type { AssayError } from '../../core/assayError.ts';
import { wrapText } from './wrapText.ts';

/** An error for people: code, what was wrong with what, and what to do. */
export function formatError(error: AssayError): string {
  const what = wrapText(error.message, 76).map((line) => `  ${line}`);
  const fix = wrapText(error.fix, 76).map((line) => `  ${line}`);
  return [`error ${error.code}`, ...what, ...fix].join('\n');
}
