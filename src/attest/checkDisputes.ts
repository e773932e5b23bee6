import { addressKey } from '../core/addressKey.ts';
import { consistentOpinions, countOperators } from '../core/findAgreement.ts';
import { reportLimits } from '../core/reportLimits.ts';
import { contradiction } from './errors.ts';
import type { Report } from './report.ts';

type Dispute = Report['reserves']['disputes'][number];

/**
 * Whether the disputes of a report are what its agreement leaves room for, see the three below.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkDisputes({ reserves }: Report): void {
  refuseTwoPlaces(reserves);
  refuseOvercounted(reserves);
  refuseUntold(reserves);
}

/**
 * No more operators agree on every address than may agree on one that is disputed: those that say nothing
 * of the output, and the most that say the same of it and nothing else.
 */
function refuseOvercounted({ disputes, observations, agreement }: Report['reserves']): void {
  const asked = new Set(observations.map(({ operator }) => operator));
  for (const [index, { claims }] of disputes.entries()) {
    const said = claims.filter(({ operator }) => asked.has(operator));
    const consistent = consistentOpinions(said, (one, other) => one.sats === other.sats);
    const groups = [...Map.groupBy(consistent, ({ sats }) => sats).values()].map(countOperators);
    const most = asked.size - countOperators(said) + Math.max(0, ...groups);
    if (agreement.operators > most) {
      throw contradiction(
        'reserves.agreement',
        `counts more operators than agree by reserves.disputes[${index}]`,
      );
    }
  }
}

/** Who has another sum than the reserves says something else of an output, and it is told of what. */
function refuseUntold({ sats, disputes, observations }: Report['reserves']): void {
  if (sats === null || disputes.length === reportLimits.disputes) return;
  const told = new Set(disputes.flatMap(operatorsOf));
  const untold = observations.find(
    (one) => one.sats !== null && one.sats !== sats && !told.has(one.operator),
  );
  if (untold) throw contradiction('reserves.disputes', `do not tell what ${untold.operator} says`);
}

function operatorsOf({ claims }: Dispute): readonly string[] {
  return claims.map(({ operator }) => operator);
}

/**
 * Whether each disputed output lies at one address, by the word of each operator: an output has one
 * script, so that who gives it to two addresses has no say in either. An operator that contradicts
 * itself in one dispute, by two servers, has none there anyway.
 */
function refuseTwoPlaces({ disputes }: Report['reserves']): void {
  const places = new Map<string, string>();
  for (const [index, { address, outpoint, claims }] of disputes.entries()) {
    if (outpoint === null) continue;
    const account = addressKey('bip122', address);
    const denying = new Set(claims.flatMap((one) => (one.sats === null ? [one.operator] : [])));
    for (const { operator } of claims.filter((one) => !denying.has(one.operator))) {
      const key = JSON.stringify([outpoint, operator]);
      const place = places.get(key);
      if (place !== undefined && place !== account) {
        throw contradiction(`reserves.disputes[${index}]`, 'counts an output for two addresses');
      }
      places.set(key, account);
    }
  }
}
