import { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { DeploymentReading } from './observeDeployments.ts';

/** The block at which each chain was read, or why there is none. */
export type ChainPoints = ReadonlyMap<ChainId, ChainPoint | AssayError>;

/**
 * The block at which the supplies of each chain were read, so that what else is asked of it is read
 * there, too. Where none was agreed on, the reason of the supplies is that of all that rests on it.
 */
export function pointsOf(readings: readonly DeploymentReading[]): ChainPoints {
  const points = new Map<ChainId, ChainPoint | AssayError>();
  for (const { deployment, reading } of readings) {
    const { chain } = deployment;
    const { point, amount } = reading;
    if (point) points.set(chain, point);
    else if (amount instanceof AssayError && !points.has(chain)) points.set(chain, amount);
  }
  return points;
}
