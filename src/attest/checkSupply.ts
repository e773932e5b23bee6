import { tokenKey } from '../core/accountKey.ts';
import { consistentOpinions, countOperators } from '../core/findAgreement.ts';
import { isDenial } from '../core/isDenial.ts';
import { contradiction } from './errors.ts';
import { momentOf, type ReportMoment } from './momentOf.ts';
import { owedOf } from './owedOf.ts';
import { refuseTwice } from './refuseTwice.ts';
import type { Report, ReportPoint } from './report.ts';
import { samePoint } from './samePoint.ts';

type Deployment = Report['supply']['deployments'][number];
type Limit = Report['supply']['atLeast'];

/**
 * Whether the supply of a report agrees with itself: each deployment names its block, and what is owed, or what limits it, follows from deployments, holdings and rates.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkSupply(report: Report): void {
  const { supply } = report;
  const moment = momentOf(report);
  const { deployments } = supply;
  refuseTwice(
    'supply.deployments',
    deployments.map(({ token }) => tokenKey(token)),
  );
  for (const [index, one] of deployments.entries()) {
    const field = `supply.deployments[${index}]`;
    checkBlock(field, one);
    if (one.skewSeconds !== skewOf(one, moment)) {
      throw contradiction(`${field}.skewSeconds`, 'does not follow');
    }
  }
  checkOwed(supply);
}

/**
 * Whether each deployment counts those who agree with it, and enough of them.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkSupplyAgreement({ supply, policy }: Report): void {
  for (const [index, one] of supply.deployments.entries()) {
    checkAgreement(`supply.deployments[${index}].agreement`, one, policy.quorum);
  }
}

function checkBlock(field: string, { token, point, around, finality, amount }: Deployment): void {
  if (point !== null && !token.startsWith(`${point.chain}/`)) {
    throw contradiction(field, 'names a block of another chain');
  }
  if (amount !== null && point === null) throw contradiction(field, 'names no block');
  if ((finality === null) !== (point === null)) {
    throw contradiction(
      `${field}.finality`,
      'is not there where the block is, or the other way round',
    );
  }
  checkAround(field, point, around);
}

/** @throws AssayError where a figure's two blocks are not its block and a later one of its chain */
export function checkAround(
  field: string,
  point: ReportPoint | null,
  around: Deployment['around'],
): void {
  if (!around) return;
  const follows =
    point !== null &&
    samePoint(around.from, point) &&
    around.to.chain === point.chain &&
    around.to.height >= point.height;
  if (!follows) {
    throw contradiction(`${field}.around`, 'does not begin at the point, or ends before it');
  }
}

function checkAgreement(field: string, one: Deployment, quorum: number): void {
  const agreeing = one.observations.filter(({ agrees }) => agrees);
  if (agreeing.some(({ amount, point }) => amount !== one.amount || !isWithin(point, one))) {
    throw contradiction(field, 'counts who says something else, or of another block');
  }
  checkOperators(field, one, one.amount !== null, quorum);
}

/**
 * @throws AssayError where an agreement is not what the observations say, counts who contradicts himself,
 * or has too few for a figure
 */
export function checkOperators(
  field: string,
  { agreement, observations }: Pick<Deployment, 'agreement'> & { readonly observations: Said[] },
  isKnown: boolean,
  quorum: number,
): void {
  const agreeing = observations.filter(({ agrees }) => agrees);
  const operators = countOperators(agreeing);
  const of = countOperators(observations);
  if (agreement.operators !== operators || agreement.of !== of) {
    throw contradiction(field, 'is not what the observations say');
  }
  if (isKnown && operators < quorum) {
    throw contradiction(field, 'is below the quorum of the policy');
  }
  const said = observations.filter(
    ({ amount, fault }) => amount !== null || (fault !== undefined && isDenial(fault.code)),
  );
  const consistent = consistentOpinions(said, (one, other) => one.amount === other.amount);
  if (agreeing.some((one) => !consistent.includes(one))) {
    throw contradiction(field, 'counts an operator whose own sources contradict each other');
  }
}

type Said = Pick<Deployment['observations'][number], 'operator' | 'agrees' | 'amount' | 'fault'>;

/** Whether an observation is of the block of its figure, or between its two. */
function isWithin(observed: ReportPoint | null, { point, around }: Deployment): boolean {
  if (observed === null || point === null) return false;
  if (!around) return samePoint(observed, point);
  return (
    observed.chain === point.chain &&
    around.from.height <= observed.height &&
    observed.height <= around.to.height
  );
}

/** Bitcoin's moment minus the figure's time; of two blocks the longer distance. */
export function skewOf(
  { point, around }: { readonly point: ReportPoint | null; readonly around?: Deployment['around'] },
  moment: ReportMoment | null,
): number | null {
  if (point === null || moment === null) return null;
  const first = moment.time - point.time;
  const last = moment.time - (around?.to.time ?? point.time);
  return Math.abs(first) > Math.abs(last) ? first : last;
}

/** Where the registry lacks something, no limit is given; else both are, as far as there are any. */
function checkOwed(supply: Report['supply']): void {
  const owed = owedOf(supply);
  if (supply.amount !== (owed.amount?.toString() ?? null)) {
    throw contradiction('supply.amount', 'is not the sum of the deployments');
  }
  if (owed.amount === null && supply.complete) {
    throw contradiction('supply.complete', 'claims an unknown figure');
  }
  if (supply.atLeast === null && supply.atMost === null) return;
  const of = supply.deployments.length;
  const { atLeast, atMost } = owed;
  const least = atLeast && { ...atLeast, amount: atLeast.amount.toString(), of };
  const most = atMost === null ? null : { amount: atMost.toString(), deployments: of, of };
  if (!isSame(supply.atLeast, least)) {
    throw contradiction('supply.atLeast', 'does not follow from the known figures');
  }
  if (!isSame(supply.atMost, most)) {
    throw contradiction('supply.atMost', 'does not follow from the known figures');
  }
}

function isSame(one: Limit, other: Limit): boolean {
  return (
    one?.amount === other?.amount &&
    one?.deployments === other?.deployments &&
    one?.of === other?.of
  );
}
