import type { Report } from '../attest/report.ts';
import type { CustodyAddress } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import type { BlockAtMoment } from '../registry/gradeCustody.ts';
import { compareGraph } from './compareGraph.ts';
import { compareLiability } from './compareLiability.ts';
import { otherFigures, otherRegistry } from './errors.ts';
import type { AddressTally } from './outputTally.ts';
import { reportBindings } from './reportBindings.ts';

/**
 * Whether the report says what the registry says, in every field that `reportBindings` gives to it, its
 * liability formula and its backing graph included. Grades by word are held to the provenance; those by
 * proof of control are not checked here.
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
  if (subject.network.chain !== point.chain) {
    throw otherFigures('reserves.point', 'is on another network than the registry says');
  }
  compareLiability(report, subject);
  compareGraph(report, subject);
  for (const [field, binding] of Object.entries(reportBindings)) {
    if (
      binding.by !== 'registry' ||
      binding.agrees?.(report, { subject, custody, point }) !== false
    )
      continue;
    throw otherFigures(field, 'is not what the registry says');
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
