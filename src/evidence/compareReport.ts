import type { Report } from '../attest/report.ts';
import type { CustodyAddress } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { type BlockAtMoment, gradeCustody } from '../registry/gradeCustody.ts';
import { compareGraph } from './compareGraph.ts';
import { compareLiability } from './compareLiability.ts';
import { otherFigures, otherRegistry } from './errors.ts';
import type { AddressTally } from './outputTally.ts';

/**
 * Whether the report is about what the registry says: its digest, its pool, its custody addresses in
 * force at the audited block, its canonical deployments, its liability formula, its backing graph, and
 * what the registry knows to be missing.
 * Grades by word are held to the provenance; those by proof of control are not checked here.
 *
 * @throws AssayError EVIDENCE_REGISTRY_MISMATCH, EVIDENCE_FIGURES_MISMATCH
 */
export function compareSubject(
  report: Report,
  subject: AuditSubject,
  custody: readonly CustodyAddress[],
  point: BlockAtMoment,
): void {
  if (subject.digest !== report.registryDigest) {
    throw otherRegistry(`has the digest ${subject.digest}, not ${report.registryDigest}`);
  }
  const { sharing, deployments, coverage } = subject;
  if (subject.network.chain !== point.chain) {
    throw otherFigures('reserves.point', 'is on another network than the registry says');
  }
  const isSamePool =
    report.pool?.name === sharing?.name &&
    (report.pool?.assets ?? []).join() === (sharing?.assets ?? []).join();
  if (!isSamePool) throw otherFigures('pool', 'is not that of the registry');
  const byAddress = new Map(custody.map((one) => [one.address, one]));
  if (report.reserves.addresses.length !== custody.length) {
    throw otherFigures('reserves.addresses', 'are not the custody addresses in force');
  }
  for (const { address, grade } of report.reserves.addresses) {
    const listed = byAddress.get(address);
    if (!listed) throw otherFigures('reserves.addresses', 'are not the custody addresses in force');
    const isByWord = grade === 'published' || grade === 'claimed';
    const word = gradeCustody({ provenance: listed.provenance }, point, report.policy);
    if (isByWord && grade !== word) {
      throw otherFigures('reserves.addresses', `give an address the grade ${grade}, not ${word}`);
    }
  }
  const canonical = deployments.filter(({ kind }) => kind === 'canonical');
  const tokens = new Map(canonical.map(({ token, decimals }) => [`${token}`, decimals]));
  const isSameSupply =
    report.supply.deployments.length === canonical.length &&
    report.supply.deployments.every((one) => tokens.get(one.token) === one.decimals);
  if (!isSameSupply) {
    throw otherFigures('supply.deployments', 'are not the canonical ones of the registry');
  }
  const { maxAgeSeconds, ...limits } = subject.policy;
  const { policy } = report;
  const isSamePolicy =
    policy.confirmations === limits.confirmations &&
    policy.maxSkewSeconds === limits.maxSkewSeconds &&
    policy.validForSeconds === limits.validForSeconds &&
    policy.maxProofAgeDays === limits.maxProofAgeDays &&
    (policy.maxAgeSeconds === null || policy.maxAgeSeconds === maxAgeSeconds);
  if (!isSamePolicy) throw otherFigures('policy', 'is not that of the registry');
  compareLiability(report, subject);
  compareGraph(report, subject);
  for (const side of ['reserves', 'supply'] as const) {
    const isMissing = coverage.missing.some((gap) => gap.side === side);
    if (report[side].complete && (isMissing || coverage.status === 'retired')) {
      throw otherFigures(`${side}.complete`, 'hides what the registry knows to be missing');
    }
  }
}

/**
 * Whether the outputs that were shown are those of the report, address by address. Addresses of which
 * it gives no outputs must have none; their addresses are answered.
 *
 * @throws AssayError EVIDENCE_FIGURES_MISMATCH
 */
export function compareReserves(
  { reserves }: Report,
  byAddress: ReadonlyMap<string, AddressTally>,
): { readonly onlySums: readonly string[]; readonly unknown: readonly string[] } {
  const onlySums: string[] = [];
  const unknown: string[] = [];
  for (const { address, sats, utxos } of reserves.addresses) {
    const shown = byAddress.get(address);
    if (!shown) throw otherFigures('reserves.addresses', `lists ${address}`);
    if (sats === null || utxos === null) {
      (sats === null ? unknown : onlySums).push(address);
      if (shown.utxos === 0) continue;
      throw otherFigures('reserves.addresses', `gives no outputs of ${address}, the evidence does`);
    }
    if (BigInt(sats) !== shown.sats || utxos !== shown.utxos) {
      throw otherFigures(
        'reserves.addresses',
        `gives ${address} ${utxos} outputs worth ${sats} satoshis; the evidence has ${shown.utxos} worth ${shown.sats}`,
      );
    }
  }
  return { onlySums, unknown };
}
