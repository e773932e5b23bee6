import { addressKey } from '../core/addressKey.ts';
import { contradiction } from './errors.ts';
import type { Report } from './report.ts';

/**
 * Whether each disputed output lies at one address, by the word of each operator: an output has one
 * script, so that who gives it to two addresses has no say in either. An operator that contradicts
 * itself in one dispute, by two servers, has none there anyway.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkDisputes({ disputes }: Report['reserves']): void {
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
