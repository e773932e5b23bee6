import type { Registry } from '../../registry/asset.ts';
import { errorsOf, type Finding } from '../../registry/finding.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** All findings of a registry check, each with its place and what to do. */
export function formatFindings(
  findings: readonly Finding[],
  registry: Registry | null,
  style: Style,
): string {
  if (findings.length === 0) {
    const assets = [...(registry?.assets.values() ?? [])];
    const addresses = assets.reduce((sum, asset) => sum + asset.custody.length, 0);
    return `The registry has no findings: ${assets.length} assets, ${addresses} custody addresses.\n`;
  }
  const lines = findings.flatMap((finding) => [
    `${style.bold(finding.file)} ${finding.pointer || '/'}`,
    `  ${finding.severity} ${finding.code}`,
    ...wrapText(finding.message, 76).map((line) => `  ${line}`),
    ...wrapText(finding.fix, 76).map((line) => style.dim(`  ${line}`)),
    '',
  ]);
  const errors = errorsOf(findings).length;
  const outcome =
    errors === 0
      ? 'the registry may be used.'
      : 'nothing of the registry is used until the errors are mended.';
  const warnings = findings.length - errors;
  const summary = `${count(errors, 'error')}, ${count(warnings, 'warning')}; ${outcome}`;
  return `${[...lines, ...wrapText(summary, 80)].join('\n')}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
