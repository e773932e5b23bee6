import { chainKey } from '../core/accountKey.ts';
import { type Digest, digestJson } from '../core/canonicalJson.ts';
import { contradiction } from './errors.ts';
import type { ReportPoint } from './report.ts';

/**
 * `supplyPointsHash` of a statement: which block of which chain the supply was read at.
 *
 * The chain points of all deployments are taken, those that are not known left out, each chain once,
 * and sorted by `chain` (by UTF-16 code units, as RFC 8785 sorts keys). The hash is SHA-256 of the
 * canonical JSON (RFC 8785) of that array, whose members are
 * `{"chain":…,"hash":…,"height":…,"time":…}`. Without any point it is that of `[]`.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH if one chain is given with two blocks: figures of
 * two moments are never one supply
 */
export function hashSupplyPoints(points: readonly (ReportPoint | null)[]): Digest {
  const byChain = new Map<string, ReportPoint>();
  for (const point of points) {
    if (point === null) continue;
    const { chain, height, hash, time } = point;
    const known = byChain.get(chainKey(chain));
    if (known === undefined) {
      byChain.set(chainKey(chain), { chain, height, hash, time });
    } else if (
      known.chain !== chain ||
      known.height !== height ||
      known.hash !== hash ||
      known.time !== time
    ) {
      throw contradiction('supply.deployments', `name two blocks of ${chain}`);
    }
  }
  return digestJson([...byChain.values()].sort((a, b) => (a.chain < b.chain ? -1 : 1)));
}
