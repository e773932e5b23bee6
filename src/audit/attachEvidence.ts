import type { Report } from '../attest/report.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type { ReadContext } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';
import type { BundleRecord } from '../evidence/bundleRecord.ts';
import type { HeaderReader } from '../evidence/headerStore.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import type { AuditReadings } from './auditReadings.ts';
import { collectEvidence, type EvidenceSources } from './collectEvidence.ts';

/** Where the evidence of an audit goes. */
export interface EvidenceSink {
  /**
   * Writes a bundle of the records and keeps it, or throws and keeps nothing.
   *
   * @returns the digest of the bundle
   */
  write(records: AsyncIterable<BundleRecord>): Promise<Digest>;
  /** A header store, where the headers need not be in the bundle. */
  readonly headerAt?: HeaderReader | undefined;
}

/**
 * The report with the digest of its evidence. Where no evidence can be had the report stands, and says
 * so: the figures are no less true.
 */
export async function attachEvidence(
  report: Report,
  subject: AuditSubject,
  readings: AuditReadings,
  sink: EvidenceSink,
  sources: Omit<EvidenceSources, 'headerAt'>,
  context: ReadContext,
): Promise<Report> {
  try {
    const records = collectEvidence(
      subject,
      readings,
      { ...sources, headerAt: sink.headerAt },
      context,
    );
    const digest = await sink.write(records);
    return { ...report, evidence: { schema: 'assay.evidence/1', digest } };
  } catch (thrown) {
    context.signal?.throwIfAborted();
    const { code, message } = toAssayError(thrown);
    const lack = `That others can derive the figures again: ${code}: ${message.slice(0, 500)}.`;
    return { ...report, notProven: [...report.notProven, lack] };
  }
}
