import type { Report } from '../../src/attest/report.ts';
import type { BundleRecord, Manifest } from '../../src/evidence/bundleRecord.ts';
import { type EvidenceOptions, verifyBundle } from '../../src/evidence/verifyBundle.ts';
import { buildEvidence, inPieces, writeFileOf } from './evidenceSetting.ts';

/** A setting with its headers in the bundle, and one with them in a store. */
export const linked = buildEvidence();
export const stored = buildEvidence('store');

/** Verifies a bundle of these records, which has the digest that it should have. */
export async function verify(
  records: readonly BundleRecord[],
  report: Report = linked.report,
  options: EvidenceOptions = {},
) {
  const { file, digest } = await writeFileOf(records);
  return verifyBundle(inPieces(file), report, { digest, ...options });
}

/** The records with changes to one of them. */
export function change<Type extends BundleRecord['type']>(
  type: Type,
  alter: (record: BundleRecord & { type: Type }) => Partial<BundleRecord & { type: Type }>,
  { nth = 0, records = linked.records } = {},
): BundleRecord[] {
  let seen = 0;
  return records.map((record) =>
    isOf(record, type) && seen++ === nth ? Object.assign({}, record, alter(record)) : record,
  );
}

export function isOf<Type extends BundleRecord['type']>(
  record: BundleRecord,
  type: Type,
): record is BundleRecord & { type: Type } {
  return record.type === type;
}

export function withManifest(changes: Partial<Manifest>, records = linked.records): BundleRecord[] {
  return change('manifest', ({ manifest }) => ({ manifest: { ...manifest, ...changes } }), {
    records,
  });
}

/** The report with other figures for one address and the sums that follow. */
export function withAddress(
  index: number,
  figures: { readonly sats?: string | null; readonly utxos?: number | null },
): Report {
  const { reserves } = linked.report;
  const addresses = reserves.addresses.map((one, at) =>
    at === index ? { ...one, ...figures } : one,
  );
  const counts = addresses.map(({ utxos }) => utxos);
  return {
    ...linked.report,
    reserves: {
      ...reserves,
      addresses,
      utxos: counts.includes(null)
        ? null
        : counts.reduce((sum: number, one) => sum + (one ?? 0), 0),
    },
  };
}
