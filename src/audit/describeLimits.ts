import { AssayError } from '../core/assayError.ts';
import type { ControlGrade } from '../core/controlGrade.ts';
import { countOperators } from '../core/findAgreement.ts';
import type { Asset } from '../registry/asset.ts';
import { opinionsOf } from './askSources.ts';
import type { AuditReadings } from './auditReadings.ts';

/** In words, what the report does not prove: shown with every verdict. */
export function describeLimits(
  asset: Asset,
  { reserves, deployments, graph }: AuditReadings,
  grades: readonly ControlGrade[],
): string[] {
  const proven = grades.filter((grade) => grade === 'proven').length;
  const limits = [
    proven === 0
      ? 'That the custodian controls the addresses: the registry names who says so for each of them.'
      : `That the custodian still controls the addresses: ${proven} of ${grades.length} signed a challenge by the day that the registry names; for the others it names who says so.`,
    'That the coins are free of other claims, such as loans against them.',
    'That no liabilities exist besides the tokens of the deployments listed here.',
  ];
  const agreeing =
    reserves && !(reserves.agreed instanceof AssayError)
      ? reserves.scripts.flatMap((one) => (one.kind === 'agreed' ? [one.operators.length] : []))
      : [];
  if (agreeing.length > 0) {
    limits.push(
      `That the outputs are unspent: this rests on the word of ${operators(Math.min(...agreeing))}.`,
    );
  }
  const supplyOperators = deployments.map(({ reading }) =>
    countOperators(
      opinionsOf(reading.outcomes).filter(({ value }) => value.amount === reading.amount),
    ),
  );
  const fewest = Math.min(...supplyOperators);
  if (supplyOperators.length > 0 && fewest > 0) {
    limits.push(
      `That the tokens' supply is what the contracts say: for each deployment this rests on the word of ${operators(fewest)} or more.`,
    );
  }
  const excluded = asset.liability?.exclude.length ?? 0;
  if (excluded > 0) {
    limits.push(
      `That the ${excluded} holdings taken off the supply are owed to nobody: the registry names who says so.`,
    );
  }
  const bridged = asset.deployments.filter((deployment) => deployment.kind === 'bridged').length;
  if (bridged > 0 && graph === null) {
    limits.push(
      `That the ${bridged} bridged deployments are backed by locked tokens: they are copies and are not counted.`,
    );
  }
  const unknown = graph?.graph.edges.filter(({ verdict }) => verdict === 'unknown').length ?? 0;
  if (unknown > 0) {
    limits.push(
      `That the bridged copies of ${unknown} edges are backed: what backs them is not known.`,
    );
  }
  return limits;
}

function operators(count: number): string {
  return count === 1 ? '1 operator' : `${count} operators`;
}
