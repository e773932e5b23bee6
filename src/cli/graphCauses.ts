import type { Report } from '../attest/report.ts';

/** Why figures of a graph are not known, and on which chains. */
export interface GraphCause {
  readonly chains: readonly string[];
  readonly code: string;
  readonly message: string;
}

/** Why supplies and lockboxes of a report's graph were not read: each cause once, in the graph's order. */
export function graphCauses({ graph }: Pick<Report, 'graph'>): readonly GraphCause[] {
  const causes = new Map<string, GraphCause>();
  const faults = [
    ...(graph?.deployments ?? []).map(({ token, fault }) => ({ token, fault })),
    ...(graph?.edges ?? []).map(({ locks, lockedFault }) => ({ token: locks, fault: lockedFault })),
  ];
  for (const { token, fault } of faults) {
    const chain = token?.split('/')[0];
    if (!fault || chain === undefined) continue;
    const { code, message } = fault;
    const known = causes.get(`${code} ${message}`)?.chains ?? [];
    const chains = known.includes(chain) ? known : [...known, chain];
    causes.set(`${code} ${message}`, { chains, code, message });
  }
  return [...causes.values()];
}
