import type { Report } from '../attest/report.ts';
import type { GraphReading } from './observeGraph.ts';

/** The `graph` of a report. */
export function reportGraph(reading: GraphReading | null): Report['graph'] {
  if (reading === null) return null;
  const { graph, deployments, readings, locked } = reading;
  return {
    deployments: deployments.map(({ token, kind, lockbox, amount, decimals }, index) => ({
      token,
      kind,
      lockbox,
      amount: amount?.toString() ?? null,
      decimals,
      point: readings[index]?.reading.point ?? null,
      around: readings[index]?.reading.around ?? null,
    })),
    edges: graph.edges.map((edge) => ({
      ...edge,
      copies: [...edge.copies],
      locked: edge.locked?.toString() ?? null,
      lockedPoint: locked.get(edge.lockbox)?.point ?? null,
      lockedAround: locked.get(edge.lockbox)?.around ?? null,
      minted: edge.minted?.toString() ?? null,
      surplus: edge.surplus?.toString() ?? null,
      reason: edge.reason.slice(0, 2000),
    })),
  };
}
