import type { Report } from '../attest/report.ts';
import type { Asset } from '../registry/asset.ts';

/** A report under the name of another asset: of the same shared pool, since the figures are its. */
export function nameReport(report: Report, { id, name, symbol }: Asset): Report {
  return { ...report, asset: { id, name, symbol } };
}
