import { AssayError } from '../core/assayError.ts';
import type { Finding } from './finding.ts';
import { quoteText } from './printableText.ts';

/** The registry has findings, and nothing of it is used; all of them are here. */
export class RegistryInvalidError extends AssayError {
  readonly findings: readonly Finding[];

  constructor(directory: string, findings: readonly Finding[]) {
    const [first] = findings;
    const where = first ? `; the first, in ${first.file}#${first.pointer}: ${first.message}` : '';
    super('REGISTRY_INVALID', {
      message: `the registry ${quoteText(directory)} has ${findings.length} finding${findings.length === 1 ? '' : 's'}${where}`,
      facts: { findings: findings.length },
    });
    this.findings = findings;
  }
}
