import { addressKey } from '../core/addressKey.ts';
import { controlGrades } from '../core/controlGrade.ts';
import { consistentOpinions, countOperators } from '../core/findAgreement.ts';
import { unknownAmount } from '../core/fixed18.ts';
import { formatRatio } from '../core/formatRatio.ts';
import { maxSats, Sats } from '../core/sats.ts';
import {
  decideVerdict,
  isComparable,
  owedAtMost,
  type VerdictInput,
} from '../reconcile/decideVerdict.ts';
import { holdsAcross } from '../reconcile/spanWindow.ts';
import { sumGrades } from '../reconcile/sumGrades.ts';
import { checkBlocks } from './checkBlocks.ts';
import { checkDisputes } from './checkDisputes.ts';
import { checkGraph } from './checkGraph.ts';
import { checkLiability } from './checkLiability.ts';
import { checkSpelling } from './checkSpelling.ts';
import { checkSupply, checkSupplyAgreement, skewOf } from './checkSupply.ts';
import { checkValidity } from './checkValidity.ts';
import { contradiction } from './errors.ts';
import { checkMoment, momentOf, type ReportMoment } from './momentOf.ts';
import { refuseTwice } from './refuseTwice.ts';
import type { Report, ReportPoint } from './report.ts';
import { samePoint } from './samePoint.ts';

const satsToFixed18 = 10n ** 10n;

/** Reasons that follow from the figures; every other one tells of something that was not read. */
const derivedReasons: ReadonlySet<string> = new Set([
  'RESERVES_BELOW_SUPPLY',
  'SKEW_EXCEEDED',
  'POINT_STALE',
  'COVERAGE_PARTIAL',
  'BITCOIN_RESERVES_PARTIAL',
  'ASSET_RETIRED',
]);

/**
 * Whether a report agrees with itself: every sum is the sum of its parts, every figure names its
 * block, skews, surplus, ratio and window follow from the figures, and so does the verdict.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH with the field that contradicts the others
 */
export function checkReport(report: Report): void {
  checkSpelling(report);
  checkReserves(report.reserves);
  checkMoment(report);
  checkSupply(report);
  checkBlocks(report);
  checkAgreement(report);
  checkDisputes(report);
  checkSupplyAgreement(report);
  checkLiability(report);
  refuseTwice('pool.assets', report.pool?.assets ?? []);
  if (report.pool && !report.pool.assets.includes(report.asset.id)) {
    throw contradiction('pool', 'does not hold the asset of the report');
  }
  const figures = verdictInput(report);
  checkDifference(report, figures);
  checkClaims(report);
  checkGraph(report);
  checkGrades(report);
  checkWindow(report, figures);
  checkVerdict(report, figures);
  checkValidity(report);
}

function checkReserves(reserves: Report['reserves']): void {
  const { sats, utxos, addresses, point, tip } = reserves;
  refuseTwice(
    'reserves.addresses',
    addresses.map(({ address }) => addressKey('bip122', address)),
  );
  for (const [field, block] of [
    ['reserves.point', point],
    ['reserves.tip', tip],
  ] as const) {
    if (block !== null && !isBitcoinPoint(block)) throw contradiction(field, 'is no Bitcoin block');
  }
  if (point && tip && (tip.chain !== point.chain || tip.height < point.height)) {
    throw contradiction('reserves.tip', 'is below the audited block, or on another chain');
  }
  if (utxos !== null && utxos !== sumOf(addresses.map((one) => one.utxos))) {
    throw contradiction('reserves.utxos', 'is not the sum of the addresses');
  }
  if (sats === null) {
    if (reserves.complete) throw contradiction('reserves.complete', 'claims an unknown figure');
    checkLowerBound(reserves);
    return;
  }
  if (reserves.atLeast !== null) {
    throw contradiction('reserves.atLeast', 'bounds a figure that is known');
  }
  if (point === null) throw contradiction('reserves.sats', 'names no block');
  if (BigInt(sats) > maxSats) throw contradiction('reserves.sats', 'is above 21 million BTC');
  let sum = 0n;
  for (const one of addresses) {
    if (one.sats === null) throw contradiction('reserves.sats', 'sums an unknown amount');
    sum += BigInt(one.sats);
  }
  if (BigInt(sats) !== sum) throw contradiction('reserves.sats', 'is not the sum of the addresses');
}

/** What is certain is the sum of the addresses that are known, as many as are said to be. */
function checkLowerBound({ atLeast, addresses, point }: Report['reserves']): void {
  if (atLeast === null) return;
  if (point === null) throw contradiction('reserves.atLeast', 'names no block');
  const known = addresses.flatMap(({ sats }) => (sats === null ? [] : [BigInt(sats)]));
  const sum = known.reduce((total, sats) => total + sats, 0n);
  const follows =
    BigInt(atLeast.sats) === sum &&
    sum <= maxSats &&
    atLeast.addresses === known.length &&
    atLeast.of === addresses.length &&
    known.length > 0;
  if (!follows) throw contradiction('reserves.atLeast', 'is not the sum of the known addresses');
}

/** The reserves have a quorum behind it, of operators that were asked. */
function checkAgreement({ reserves, policy }: Report): void {
  const { agreement, observations } = reserves;
  const asked = countOperators(observations);
  if (agreement.of !== asked || agreement.operators > asked) {
    throw contradiction('reserves.agreement', 'counts operators that were not asked');
  }
  const consistent = consistentOperators(reserves);
  // Each of the others contradicts himself on some address; the agreement is that on the worst one.
  if (consistent.size < asked && agreement.operators === asked) {
    throw contradiction(
      'reserves.agreement',
      'counts an operator whose own sources contradict each other',
    );
  }
  const isStated = reserves.sats !== null || reserves.atLeast !== null;
  const answering = countOperators(
    observations.filter(
      ({ operator, point }) =>
        point &&
        reserves.point &&
        samePoint(point, reserves.point) &&
        namesOneBlock(observations, operator),
    ),
  );
  if (isStated && reserves.addresses.length > 0 && answering < policy.quorum) {
    throw contradiction('reserves.observations', 'are fewer than the quorum of the policy');
  }
  const isKnown = reserves.sats !== null && reserves.addresses.length > 0;
  if (isKnown && agreement.operators < policy.quorum) {
    throw contradiction('reserves.agreement', 'is below the quorum of the policy');
  }
  for (const { agrees, sats, operator } of observations) {
    if (agrees && !consistent.has(operator)) {
      throw contradiction(
        'reserves.observations',
        'count an operator whose own sources contradict each other',
      );
    }
    if (reserves.sats === null || sats === null || sats === reserves.sats) continue;
    if (agrees) throw contradiction('reserves.observations', 'agree on another figure');
    // Who has another sum differs on some address, and the agreement is that on the worst one.
    if (agreement.operators === asked) {
      throw contradiction('reserves.agreement', 'counts an operator that has another sum');
    }
  }
}

/** Those whose sources name one block and one sum, and say the same of each output and each address. */
function consistentOperators({ observations, disputes }: Report['reserves']): ReadonlySet<string> {
  const summed = observations.filter(({ sats }) => sats !== null);
  const figures = [summed, ...disputes.map(({ claims }) => claims)].map((said) => ({
    said,
    consistent: consistentOpinions<Said>(said, (one, other) => one.sats === other.sats),
  }));
  return new Set(
    observations.flatMap(({ operator }) =>
      namesOneBlock(observations, operator) &&
      figures.every(
        ({ said, consistent }) =>
          !said.some((one) => one.operator === operator && !consistent.includes(one)),
      )
        ? [operator]
        : [],
    ),
  );
}

type Said = { readonly operator: string; readonly sats: string | null };

function namesOneBlock(
  observations: Report['reserves']['observations'],
  operator: string,
): boolean {
  const points = observations.flatMap((one) =>
    one.operator === operator && one.point ? [{ operator, point: one.point }] : [],
  );
  return (
    consistentOpinions(points, (one, other) => samePoint(one.point, other.point)).length ===
    points.length
  );
}

function verdictInput(report: Report): VerdictInput {
  const { reserves, supply, policy, reasons, observedAt } = report;
  const moment = momentOf(report);
  const known = reserves.sats ?? reserves.atLeast?.sats ?? null;
  return {
    reserves: known === null ? null : BigInt(known) * satsToFixed18,
    supply: supply.amount === null ? null : BigInt(supply.amount),
    supplyAtMost: supply.atMost === null ? null : BigInt(supply.atMost.amount),
    complete: { reserves: reserves.complete, supply: supply.complete },
    skewSeconds: largestSkew(supply, moment),
    maxSkewSeconds: policy.maxSkewSeconds,
    ageSeconds: moment && observedAt - moment.time,
    maxAgeSeconds: policy.maxAgeSeconds,
    faulty: reasons.some(({ code }) => !derivedReasons.has(code)),
  };
}

function checkDifference(report: Report, figures: VerdictInput): void {
  const { reserves } = figures;
  const owed = owedAtMost(figures);
  const known = isComparable(figures) && reserves !== null && owed !== null;
  const surplus = known ? (reserves - owed).toString() : null;
  if ((report.surplus?.amount ?? null) !== surplus) {
    throw contradiction('surplus', 'is not reserves minus supply');
  }
  if (report.ratio !== (known ? formatRatio(reserves, owed) : null)) {
    throw contradiction('ratio', 'is not reserves divided by supply');
  }
}

function checkClaims({ claims, reserves, supply }: Report): void {
  for (const [index, { side, amount, decimals, difference }] of claims.entries()) {
    const sats = reserves.complete ? reserves.sats : null;
    const reserve = sats === null ? null : BigInt(sats) * satsToFixed18;
    const own =
      side === 'reserves' ? reserve : supply.amount === null ? null : BigInt(supply.amount);
    const expected =
      amount === null || own === null || decimals > 18
        ? null
        : BigInt(amount) * 10n ** BigInt(18 - decimals) - own;
    if (difference !== (expected?.toString() ?? null)) {
      throw contradiction(`claims[${index}].difference`, 'is not the claim minus our figure');
    }
  }
}

function checkGrades({ reserves, supply, ratio }: Report): void {
  const amounts = reserves.addresses.map(({ grade, sats }) => ({
    grade,
    sats: sats === null ? null : BigInt(sats),
  }));
  const owed = supply.amount ?? supply.atMost?.amount ?? null;
  const whole = ratio === null || owed === null ? null : BigInt(owed);
  const shares = sumGrades(amounts, whole);
  for (const grade of controlGrades) {
    const { addresses, sats, ratio } = reserves.grades[grade];
    const expected = shares[grade];
    const follows =
      addresses === expected.addresses &&
      sats === (expected.sats?.toString() ?? null) &&
      ratio === expected.ratio;
    if (!follows)
      throw contradiction(`reserves.grades.${grade}`, 'does not follow from the addresses');
  }
}

function checkWindow({ window, reserves, supply }: Report, figures: VerdictInput): void {
  if (window === null) return;
  if (supply.liability) throw contradiction('window', 'spans what was read at one moment only');
  if (figures.reserves === null || figures.supply === null) {
    throw contradiction('window', 'is around figures that are not known');
  }
  if (window.fromHeight !== reserves.point?.height || window.toHeight < window.fromHeight) {
    throw contradiction('window', 'does not begin at the audited block');
  }
  const lowestSats = BigInt(window.reserves.lowestSats);
  const highestSats = BigInt(window.reserves.highestSats);
  const lowest = BigInt(window.supply.lowest);
  const highest = BigInt(window.supply.highest);
  if (
    highestSats > maxSats ||
    lowestSats * satsToFixed18 > figures.reserves ||
    highestSats * satsToFixed18 < figures.reserves
  ) {
    throw contradiction('window.reserves', 'does not hold the reserves');
  }
  if (highest >= unknownAmount || lowest > figures.supply || highest < figures.supply) {
    throw contradiction('window.supply', 'does not hold the supply');
  }
  const span = {
    reserves: { lowest: Sats(lowestSats), highest: Sats(highestSats) },
    supply: { lowest, highest },
  };
  if (window.holdsAcrossWindow !== holdsAcross(span, figures)) {
    throw contradiction('window.holdsAcrossWindow', 'does not follow from the window');
  }
}

function checkVerdict(report: Report, figures: VerdictInput): void {
  const { verdict, reasons } = report;
  const decided = decideVerdict(figures);
  if (verdict !== decided) {
    throw contradiction('verdict', `says ${verdict} where the figures say ${decided}`);
  }
  const isWhole = figures.complete.reserves && figures.complete.supply;
  if (report.restsOnBounds !== (verdict === 'backed' && !isWhole)) {
    throw contradiction('restsOnBounds', 'does not follow from the figures');
  }
  const explained =
    verdict === 'backed'
      ? reasons.length === 0
      : verdict === 'under-backed'
        ? reasons.length === 1 && reasons[0]?.code === 'RESERVES_BELOW_SUPPLY'
        : reasons.length > 0;
  if (!explained) throw contradiction('reasons', `do not fit the verdict ${verdict}`);
}

/** Of every figure that counts, with the doubt of the moment; null where a deployment names no block. */
function largestSkew(
  { deployments, liability }: Report['supply'],
  moment: ReportMoment | null,
): number | null {
  const skews = [
    ...deployments.map(({ skewSeconds }) => skewSeconds),
    ...(liability?.excluded ?? []).flatMap((one) =>
      one.amount === null ? [] : [skewOf(one, moment)],
    ),
    ...(liability?.rates ?? []).flatMap((one) => (one.rate === null ? [] : [skewOf(one, moment)])),
  ];
  let largest: number | null = null;
  for (const skew of skews) {
    if (skew === null) return null;
    largest = Math.max(largest ?? 0, Math.abs(skew) + (moment?.doubtSeconds ?? 0));
  }
  return largest;
}

function isBitcoinPoint(point: ReportPoint): boolean {
  return point.chain.startsWith('bip122:') && /^[0-9a-f]{64}$/.test(point.hash);
}

function sumOf(counts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const one of counts) {
    if (one === null) return null;
    sum += one;
  }
  return sum;
}
