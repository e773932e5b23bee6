import type { Report } from '../attest/report.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { StoredAttestation } from '../store/attestationStore.ts';
import { backingStatus } from './backingStatus.ts';
import { describeAttestation, formatAmount } from './describeBacking.ts';
import { graphUnknown } from './errors.ts';
import type { Graph } from './schemas/graph.ts';

/**
 * What backs the copies of the asset's tokens, as attested. `status` is the asset's, which no edge
 * changes.
 *
 * @throws AssayError GRAPH_UNKNOWN where the audit did not ask for it
 */
export function describeGraph(stored: StoredAttestation, now: UnixTime): Graph {
  const { report } = stored.attestation;
  if (report.graph === null) throw graphUnknown(stored.assetId);
  const { deployments, edges } = report.graph;
  return {
    schema: 'assay.asset-graph/1',
    asset: report.asset,
    status: backingStatus(report, now),
    graph: { deployments, edges: edges.map(describeEdge) },
    observedAt: report.observedAt,
    validUntil: report.validUntil,
    attestation: describeAttestation(stored),
  };
}

function describeEdge(
  edge: NonNullable<Report['graph']>['edges'][number],
): Graph['graph']['edges'][number] {
  const { locked, minted, surplus, ratio, verdict, reason, ...place } = edge;
  return {
    ...place,
    locked,
    lockedBtc: formatAmount(locked, fixed18Decimals),
    minted,
    mintedBtc: formatAmount(minted, fixed18Decimals),
    surplus,
    surplusBtc: formatAmount(surplus, fixed18Decimals),
    ratio,
    verdict,
    reason,
  };
}
