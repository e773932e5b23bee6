import type { Report } from '../attest/report.ts';
import type { Asset } from '../registry/asset.ts';
import { sharesPool } from '../registry/auditSubject.ts';
import { nameReport } from './nameReport.ts';
import { createOutputLedger, type OutputLedger } from './outputLedger.ts';

/**
 * The report on each asset, one audit for all that share a pool, one after the other. An asset that
 * counted an output which a later one claims as well is audited again, so that neither counts it.
 *
 * @param audit audits the asset, or its pool under its name
 * @throws whatever `audit` does
 */
export async function auditEach(
  assets: readonly Asset[],
  audit: (asset: Asset, outputs: OutputLedger) => Promise<Report>,
): Promise<readonly Report[]> {
  const outputs = createOutputLedger();
  const reports = new Map<Asset, Report>();
  const leaderOf = (asset: Asset) => assets.find((one) => sharesPool(one, asset)) ?? asset;
  const leaders = new Set(assets.map(leaderOf));
  for (const asset of leaders) reports.set(asset, await audit(asset, outputs));
  const contested = outputs.takeContested();
  for (const asset of leaders) {
    if (contested.includes(asset.id)) reports.set(asset, await audit(asset, outputs));
  }
  return assets.flatMap((asset) => {
    const leader = leaderOf(asset);
    const report = reports.get(leader);
    if (!report) return [];
    return leader === asset ? report : nameReport(report, asset);
  });
}
