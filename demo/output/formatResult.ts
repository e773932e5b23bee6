import type { Report } from '../../src/attest/report.ts';
import { graphOf } from '../../src/cli/graphOf.ts';
import { formatAmount } from '../../src/cli/output/formatAmount.ts';
import { formatGraph } from '../../src/cli/output/formatGraph.ts';
import { formatReport } from '../../src/cli/output/formatReport.ts';
import type { Style } from '../../src/cli/output/style.ts';
import { wrapText } from '../../src/cli/output/wrapText.ts';
import { toFixed18 } from '../../src/core/fixed18.ts';
import type { AuditResult } from '../auditWorld.ts';
import type { NaiveReading } from '../readNaively.ts';

/** One audited asset for a person: the report, and what can be said about it besides. */
export function formatResult(
  { verified, evidence, book }: AuditResult,
  naive: NaiveReading | undefined,
  now: number,
  style: Style,
): string {
  const { report, id, signer } = verified;
  const known = report.reserves.sats !== null && report.supply.amount !== null;
  return [
    style.dim('-'.repeat(80)),
    formatReport(report, now, style),
    ...graphLines(report, style),
    '',
    `  ${style.bold('This demo')}`,
    ...labelled('books', describeBook(known, book.sats)),
    ...(naive ? labelled('naively', describeNaive(naive)) : []),
    ...labelled('signed by', signer),
    ...labelled('verified', 'offline, from its JSON text, with that address alone'),
    ...(evidence
      ? labelled('evidence', `derives ${evidence.outputs} outputs and all figures again, offline`)
      : []),
    ...labelled('id', id),
    '',
  ].join('\n');
}

function graphLines(report: Report, style: Style): string[] {
  const graph = graphOf(report);
  if (!graph || graph.edges.length === 0) return [];
  const { sats } = report.reserves;
  const reserves = sats === null ? null : toFixed18(BigInt(sats), 8);
  return ['', formatGraph({ ...report.asset, verdict: report.verdict, reserves }, graph, style)];
}

function labelled(label: string, text: string): string[] {
  return wrapText(text, 66).map(
    (part, index) => `    ${(index === 0 ? label : '').padEnd(10)}${part}`,
  );
}

function describeBook(known: boolean, sats: bigint | null): string {
  if (known) return 'what was done up to these blocks adds up to the same figures';
  return sats === null
    ? 'nothing to compare with'
    : 'what is known is what was done up to these blocks';
}

function describeNaive({ method, verdict, surplus }: NaiveReading): string {
  const sign = surplus > 0n ? '+' : '';
  return (
    `${verdict.toUpperCase()}, ${sign}${formatAmount(surplus, 18)} BTC ` +
    `(${method} against the last final supply)`
  );
}
