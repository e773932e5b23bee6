import type { Report } from '../attest/report.ts';
import { reportBindings } from './reportBindings.ts';

/** What a report has that is bound in this way: in words, each once. */
export function listBindings(report: Report, by: 'registry' | 'attester'): readonly string[] {
  const found = Object.entries(reportBindings).flatMap(([field, binding]) =>
    binding.by === by && isPresent(report, field.split('.')) ? [binding.what] : [],
  );
  return [...new Set(found)];
}

/** Whether there is anything at the end of a way; `[]` after a name is any element of a list. */
function isPresent(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== null && value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const next: unknown = Reflect.get(value, step.replace('[]', ''));
  if (!step.endsWith('[]')) return isPresent(next, rest);
  return Array.isArray(next) && next.some((element) => isPresent(element, rest));
}
