import { AssayError } from '../core/assayError.ts';
import type { ControlGrade } from '../core/controlGrade.ts';
import { countOperators } from '../core/findAgreement.ts';
import type { Asset } from '../registry/asset.ts';
import { type SourceOutcome, supportersOf } from './askSources.ts';
import type { AuditReadings } from './auditReadings.ts';
import type { ReportPolicy } from './buildReport.ts';
import type { LiabilityReading } from './observeLiability.ts';

/** In words, what the report does not prove: shown with every verdict. */
export function describeLimits(
  asset: Asset,
  { choice, reserves, deployments, liability, graph }: AuditReadings,
  grades: readonly ControlGrade[],
  { quorum, maxAgeSeconds }: Pick<ReportPolicy, 'quorum' | 'maxAgeSeconds'>,
): string[] {
  const proven = grades.filter((grade) => grade === 'proven').length;
  const limits = [
    proven === 0
      ? 'That the custodian controls the addresses: the registry names who says so for each of them.'
      : `That the custodian still controls the addresses: ${proven} of ${grades.length} signed a challenge by the day that the registry names; for the others it names who says so.`,
    'That the coins are free of other claims, such as loans against them.',
    'That no liabilities exist besides the tokens of the deployments listed here.',
  ];
  if (maxAgeSeconds === null) {
    limits.push(
      'That it is so now: a block of the past was asked for, and this tells of it alone.',
    );
  }
  if (quorum < asset.policy.quorum) {
    limits.push(
      `That as many operators agree as the registry asks for: it asks for ${asset.policy.quorum}, and this audit for ${quorum}.`,
    );
  }
  const tip = reserves && !(reserves.agreed instanceof AssayError) ? reserves.agreed.tip : null;
  const depth =
    tip && !(choice.point instanceof AssayError) ? tip.height - choice.point.height + 1 : null;
  if (depth !== null && depth < asset.policy.confirmations) {
    limits.push(
      `That the Bitcoin block stays in the chain: it has ${counted(depth, 'confirmation')}, where the registry asks for ${asset.policy.confirmations}.`,
    );
  }
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
    countOperators(supportersOf(reading.outcomes, ({ amount }) => amount === reading.amount)),
  );
  const fewest = Math.min(...supplyOperators);
  if (supplyOperators.length > 0 && fewest > 0) {
    limits.push(
      `That the tokens' supply is what the contracts say: for each deployment this rests on the word of ${operators(fewest)} or more.`,
    );
  }
  const deep = deployments.filter(
    ({ reading, finality }) =>
      reading.point?.chain.startsWith('eip155:') && finality?.endsWith('deep'),
  );
  if (deep.length > 0) {
    const chains = new Set(deep.map(({ deployment }) => deployment.chain));
    limits.push(
      `That the blocks of ${[...chains].join(', ')} stay: nothing there makes a block final, and it only lay deep enough.`,
    );
  }
  limits.push(...liabilityLimits(liability));
  const bridged = asset.deployments.filter((deployment) => deployment.kind === 'bridged').length;
  if (bridged > 0 && graph === null) {
    limits.push(
      `That the ${bridged} bridged deployments are backed by locked tokens: they are copies and are not counted.`,
    );
  }
  const unknown = graph?.graph.edges.filter(({ verdict }) => verdict === 'unknown').length ?? 0;
  if (unknown > 0) {
    limits.push(
      `That the bridged copies of ${counted(unknown, 'edge')} are backed: what backs them is not known.`,
    );
  }
  return limits;
}

function liabilityLimits(reading: LiabilityReading | null): readonly string[] {
  const { excluded = [], rates = [] } = reading ?? {};
  const held = excluded.flatMap(({ amount, outcomes }) => agreeingOn(amount, outcomes));
  const known = rates.flatMap(({ rate, outcomes }) => agreeingOn(rate, outcomes));
  return [
    ...(excluded.length === 0
      ? []
      : [
          `That what is taken off the supply, ${counted(excluded.length, 'holding')}, is owed to nobody, or counted elsewhere: the registry names who says so.`,
        ]),
    ...(held.length === 0
      ? []
      : [
          `That the holders have what is taken off: this rests on the word of ${operators(Math.min(...held))}.`,
        ]),
    ...(known.length === 0
      ? []
      : [
          `That ${counted(known.length, 'rate')} of the tokens in bitcoin hold: each is a feed's own word, and that it says so is the word of ${operators(Math.min(...known))}.`,
        ]),
  ];
}

/** How many operators agree on a figure; nothing where it is not known. */
function agreeingOn(
  figure: bigint | AssayError,
  outcomes: readonly SourceOutcome<bigint>[],
): readonly number[] {
  if (figure instanceof AssayError) return [];
  return [countOperators(supportersOf(outcomes, (value) => value === figure))];
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

function operators(count: number): string {
  return count === 1 ? '1 operator' : `${count} operators`;
}
