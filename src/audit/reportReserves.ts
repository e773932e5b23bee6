import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import type { BitcoinMoment } from '../core/bitcoinMoment.ts';
import type { ControlGrade } from '../core/controlGrade.ts';
import { sumSats } from '../core/sats.ts';
import type { Reconciliation } from '../reconcile/reconciliation.ts';
import { type GradedAmount, sumGrades } from '../reconcile/sumGrades.ts';
import { faultOf } from './askSources.ts';
import type { AuditReadings } from './auditReadings.ts';
import type { AgreedReserves } from './observeReserves.ts';

type Reserves = Report['reserves'];

/** The agreed reserves, or null. No address in force is nothing known; it is not a reserve of zero. */
export function agreedReserves({ custody, reserves }: AuditReadings): AgreedReserves | null {
  if (custody.length === 0 || !reserves || reserves.agreed instanceof AssayError) return null;
  return reserves.agreed;
}

/** What is certain of the reserves where they are not known whole: see `Report`. */
export function boundReserves(readings: AuditReadings): Reserves['atLeast'] {
  if (agreedReserves(readings) !== null || !readings.reserves) return null;
  const { scripts } = readings.reserves;
  const agreed = scripts.flatMap((one) => (one.kind === 'agreed' ? [one.reserve.sats] : []));
  if (agreed.length === 0) return null;
  return { sats: sumSats(agreed).toString(), addresses: agreed.length, of: scripts.length };
}

/** The `reserves` of a report: every figure with who stands behind it. */
export function reportReserves(
  readings: AuditReadings,
  grades: readonly ControlGrade[],
  reconciliation: Reconciliation,
): Reserves {
  const { choice, custody } = readings;
  const agreed = agreedReserves(readings);
  const known = custody.map((_, index) => {
    const one = readings.reserves?.scripts[index];
    return one?.kind === 'agreed' ? one.reserve : null;
  });
  const counts = known.map((one) => one?.utxos?.length ?? null);
  return {
    sats: agreed?.total.toString() ?? null,
    atLeast: boundReserves(readings),
    agreement: countAgreement(readings),
    disputes: disputeEntries(readings),
    complete: reconciliation.complete.reserves,
    point: choice.point instanceof AssayError ? null : choice.point,
    ...(choice.moment && { moment: momentEntry(choice.moment) }),
    tip: agreed?.tip ?? null,
    addresses: custody.map(({ address }, index) => ({
      address,
      sats: known[index]?.sats.toString() ?? null,
      utxos: counts[index] ?? null,
      grade: grades[index] ?? 'claimed',
    })),
    utxos:
      !agreed || counts.includes(null)
        ? null
        : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    grades: gradeEntries(
      grades.map((grade, index) => ({ grade, sats: known[index]?.sats ?? null })),
      reconciliation,
    ),
    observations: observationEntries(readings),
  };
}

function momentEntry({
  time,
  doubtSeconds,
  fromHeight,
  toHeight,
}: BitcoinMoment): NonNullable<Reserves['moment']> {
  return { time, doubtSeconds, fromHeight, toHeight };
}

function gradeEntries(
  amounts: readonly GradedAmount[],
  { ratio, supply, supplyBounds }: Reconciliation,
): Reserves['grades'] {
  const shares = sumGrades(amounts, ratio === null ? null : (supply ?? supplyBounds.atMost));
  const entry = (grade: ControlGrade) => {
    const { addresses, sats, ratio } = shares[grade];
    return { addresses, sats: sats?.toString() ?? null, ratio };
  };
  return {
    proven: entry('proven'),
    derived: entry('derived'),
    published: entry('published'),
    claimed: entry('claimed'),
  };
}

function countAgreement({ choice, reserves }: AuditReadings): Reserves['agreement'] {
  const of = new Set(choice.outcomes.map(({ source }) => source.operator)).size;
  const counts = (reserves?.scripts ?? []).map((one) => one.operators.length);
  return { operators: counts.length === 0 ? 0 : Math.min(...counts), of };
}

function disputeEntries({ reserves, custody }: AuditReadings): Reserves['disputes'] {
  const addresses = new Map(custody.map(({ script, address }) => [script, address]));
  return (reserves?.disputes ?? []).map(({ script, outpoint, claims }) => ({
    address: addresses.get(script) ?? script,
    outpoint,
    claims: claims.map(({ operator, sats }) => ({ operator, sats: sats?.toString() ?? null })),
  }));
}

function observationEntries({ choice, reserves }: AuditReadings): Reserves['observations'] {
  const answers = new Map(reserves?.outcomes.map((outcome) => [outcome.source, outcome]));
  const scripts = reserves?.scripts ?? [];
  return choice.outcomes.map((chosen) => {
    const { id, operator, kind } = chosen.source;
    const outcome = answers.get(chosen.source) ?? chosen;
    const point = 'value' in chosen ? chosen.value : null;
    const base = { source: id, operator, kind, point, sats: null, agrees: false };
    if ('error' in outcome) return { ...base, fault: faultOf(outcome.error) };
    if (!('total' in outcome.value)) return base;
    const agrees = scripts.every(
      (one) => one.kind === 'agreed' && one.operators.includes(operator),
    );
    return { ...base, sats: outcome.value.total.toString(), agrees };
  });
}
