import type { AssayError } from '../core/assayError.ts';
import type { CustodyAddress } from '../registry/asset.ts';
import type { PointChoice } from './chooseBitcoinPoint.ts';
import type { Claim } from './claim.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import type { GraphReading } from './observeGraph.ts';
import type { LiabilityReading } from './observeLiability.ts';
import type { ReservesReading } from './observeReserves.ts';

/** What was read of both sides, all of one moment. */
export interface AuditReadings {
  readonly choice: PointChoice;
  /** The addresses in force at the audited moment. */
  readonly custody: readonly CustodyAddress[];
  readonly reserves: ReservesReading | null;
  readonly deployments: readonly DeploymentReading[];
  /** What is taken off the supplies, and rates; null where the supply is the plain sum. */
  readonly liability: LiabilityReading | null;
  /** What backs the copies; null where it was not asked for. */
  readonly graph: GraphReading | null;
  /** What others say about the same. */
  readonly claims: readonly Claim[];
  /** Why it is not known that the Bitcoin block still stood when all was read; null where it did. */
  readonly unconfirmed: AssayError | null;
}
