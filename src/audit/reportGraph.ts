import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { Fault } from '../core/source.ts';
import { faultOf } from './askSources.ts';
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
      ...whyUnknown(readings[index]?.reading.amount),
    })),
    edges: graph.edges.map((edge) => {
      const reading = locked.get(edge.lockbox);
      const { fault } = edge.locked === null ? whyUnknown(reading?.amount) : {};
      return {
        ...edge,
        copies: [...edge.copies],
        locked: edge.locked?.toString() ?? null,
        lockedPoint: reading?.point ?? null,
        lockedAround: reading?.around ?? null,
        ...(fault && { lockedFault: fault }),
        minted: edge.minted?.toString() ?? null,
        surplus: edge.surplus?.toString() ?? null,
        reason: edge.reason.slice(0, 2000).toWellFormed(),
      };
    }),
  };
}

/** Nothing where the figure is known, or nobody tried to read it. */
function whyUnknown(figure: bigint | AssayError | undefined): { readonly fault?: Fault } {
  return figure instanceof AssayError ? { fault: faultOf(figure) } : {};
}
