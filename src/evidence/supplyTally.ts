import type { Report } from '../attest/report.ts';
import { otherFigures } from './errors.ts';
import { type SupplyProof, verifySupplyProof } from './evmSupplyProof.ts';

/** How well the supply of one deployment is shown. */
export interface ShownSupply {
  readonly token: string;
  /** `storage`: from the hash of its block; `header`: only the block's header; `none`: no proof. */
  readonly by: 'storage' | 'header' | 'none';
}

/** Holds the proofs of supply to the deployments of a report. */
export interface SupplyTally {
  /** @throws AssayError EVIDENCE_PROOF_INVALID, EVIDENCE_HEADER_INVALID, EVIDENCE_FIGURES_MISMATCH */
  add(proof: SupplyProof): Promise<void>;
  /** In the order of the report. */
  list(): readonly ShownSupply[];
}

/** A tally over the deployments of a report. */
export function createSupplyTally({ supply }: Report): SupplyTally {
  const shown = new Map<string, ShownSupply>();
  return {
    async add(proof) {
      const { token, point, decimals } = proof;
      if (shown.has(token)) throw otherFigures('supply.deployments', `has two proofs for ${token}`);
      const deployment = supply.deployments.find((one) => one.token === token);
      if (!deployment) throw otherFigures('supply.deployments', `lacks ${token}`);
      const isSamePoint =
        deployment.point?.chain === point.chain &&
        deployment.point.height === point.height &&
        deployment.point.hash === point.hash &&
        deployment.point.time === point.time;
      if (!isSamePoint) throw otherFigures('supply.deployments', `reads ${token} at another block`);
      const { proven, headerProven, amount } = await verifySupplyProof(proof);
      if (deployment.amount !== amount.toString() || deployment.decimals !== decimals) {
        throw otherFigures(
          'supply.deployments',
          `gives ${token} the supply ${deployment.amount}, the evidence ${amount}`,
        );
      }
      shown.set(token, { token, by: proven ? 'storage' : headerProven ? 'header' : 'none' });
    },
    list: () => supply.deployments.map(({ token }) => shown.get(token) ?? { token, by: 'none' }),
  };
}
