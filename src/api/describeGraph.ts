import type { Report } from '../attest/report.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { StoredAttestation } from '../store/attestationStore.ts';
import { backingStatus } from './backingStatus.ts';
import { describeAttestation, formatAmount } from './describeBacking.ts';
import { graphUnknown } from './errors.ts';
import type { Graph, GraphEdge } from './schemas/graph.ts';

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
    status: backingStatus(stored, now),
    graph: { deployments, edges: edges.map(describeEdge) },
    observedAt: report.observedAt,
    validUntil: report.validUntil,
    attestation: describeAttestation(stored),
  };
}

/**
 * The edge that stands behind a copy: what is locked for it, and for all that is minted against the
 * same. Null where the token is no copy, and where the audit did not ask for the graph.
 */
export function describeEdgeOf(token: string, { graph }: Pick<Report, 'graph'>): GraphEdge | null {
  const edge = graph?.edges.find(({ copies }) => copies.includes(token));
  return edge === undefined ? null : describeEdge(edge);
}

function describeEdge(edge: NonNullable<Report['graph']>['edges'][number]): GraphEdge {
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
