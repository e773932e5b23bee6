import { chainKey } from '../core/accountKey.ts';
import { contradiction } from './errors.ts';
import type { Report, ReportPoint } from './report.ts';
import { samePoint } from './samePoint.ts';

/** A figure that counts, and when it holds. */
interface Dated {
  readonly field: string;
  readonly point: ReportPoint;
  /** Whether it is a figure of a chain that answers only as of now. */
  readonly isAround: boolean;
}

/**
 * Whether the figures that count are of one block on each chain. A chain that answers only as of now is
 * told by its figures, which are `around` two blocks: no chain is known by its name here, so that one
 * that answers in another way some day leaves what was signed before as it is.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkBlocks(report: Report): void {
  const chains = new Map<string, Dated[]>();
  for (const figure of datedFigures(report.supply)) {
    const chain = chainKey(figure.point.chain);
    const own = chains.get(chain);
    if (own) own.push(figure);
    else chains.set(chain, [figure]);
  }
  for (const [first, ...others] of chains.values()) {
    if (!first || first.isAround || others.some(({ isAround }) => isAround)) continue;
    const other = others.find(({ point }) => !samePoint(point, first.point));
    if (!other) continue;
    throw contradiction(other.field, 'is not of the block at which the rest of its chain was read');
  }
}

function datedFigures({ deployments, liability }: Report['supply']): readonly Dated[] {
  const figures = [
    ...deployments.map(({ point, around }, index) => ({
      field: `supply.deployments[${index}]`,
      point,
      isAround: around !== null,
    })),
    ...(liability?.excluded ?? []).map(({ point, around }, index) => ({
      field: `supply.liability.excluded[${index}].point`,
      point,
      isAround: around !== null,
    })),
    ...(liability?.rates ?? []).map(({ point }, index) => ({
      field: `supply.liability.rates[${index}].point`,
      point,
      isAround: false,
    })),
  ];
  return figures.flatMap(({ field, point, isAround }) =>
    point === null ? [] : [{ field, point, isAround }],
  );
}
