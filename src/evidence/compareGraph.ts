import type { Report } from '../attest/report.ts';
import { buildBackingGraph } from '../reconcile/backingGraph.ts';
import type { Deployment } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { otherFigures } from './errors.ts';

/**
 * Whether the backing graph of a report is that of the registry: all its deployments, with their
 * lockboxes, and an edge for each balance and each copy without one. What lies there, nothing here shows.
 *
 * @throws AssayError EVIDENCE_FIGURES_MISMATCH
 */
export function compareGraph({ graph }: Report, subject: AuditSubject): void {
  if (graph === null) return;
  const listed = new Map(subject.deployments.map((one) => [`${one.token}`, one]));
  const isSame =
    graph.deployments.length === listed.size &&
    graph.deployments.every(({ token, kind, decimals, lockbox }) => {
      const one = listed.get(token);
      return one?.kind === kind && one.decimals === decimals && keyOf(one) === lockbox;
    });
  if (!isSame) throw otherFigures('graph.deployments', 'are not those of the registry');
  const figures = { locked: null, amount: null, decimals: 0 };
  const { edges } = buildBackingGraph(
    graph.deployments.flatMap(({ token }) => {
      const one = listed.get(token);
      return one ? [{ ...figures, token: one.token, kind: one.kind, lockbox: keyOf(one) }] : [];
    }),
    (subject.lockboxes ?? []).map(({ key, contract, locks }) => ({
      ...figures,
      key,
      contract,
      locks: locks ?? null,
    })),
  );
  if (namesOf(edges) !== namesOf(graph.edges)) {
    throw otherFigures('graph.edges', 'are not those of the registry');
  }
  for (const { lockbox, contract, locks, verdict } of graph.edges) {
    const own = (subject.lockboxes ?? []).filter(
      (one) => one.contract === contract && (one.locks ?? null) === locks,
    );
    if (contract !== null && !own.some(({ key }) => key === lockbox)) {
      throw otherFigures('graph.edges', 'call a lockbox by another name than the registry');
    }
    if (verdict === 'in-flight' && !own.some(({ policy }) => policy)) {
      throw otherFigures('graph.edges', 'allow for messages under way where the registry does not');
    }
  }
}

interface Named {
  readonly lockbox: string;
  readonly contract: string | null;
  readonly locks: string | null;
  readonly copies: readonly string[];
}

/** In an order of their own: a file's keys come in another order from a bundle. */
function namesOf(edges: readonly Named[]): string {
  const names = edges.map(({ lockbox, contract, locks, copies }) =>
    // One balance may go by several keys.
    JSON.stringify([locks === null ? lockbox : null, contract, locks, copies.toSorted()]),
  );
  return names.sort().join('\n');
}

function keyOf({ lockbox }: Deployment): string | null {
  return typeof lockbox === 'object' ? lockbox.key : (lockbox ?? null);
}
