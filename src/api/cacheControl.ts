/** How long caches may keep an answer, in seconds. */
export interface CachePlan {
  readonly maxAge: number;
  /** Past that, while it is fetched anew (RFC 5861). */
  readonly whileRevalidate: number;
  /** Past that, while this service is down (RFC 5861). */
  readonly ifError: number;
}

export const latestPlan: CachePlan = { maxAge: 15, whileRevalidate: 60, ifError: 300 };
export const badgePlan: CachePlan = { maxAge: 60, whileRevalidate: 60, ifError: 300 };

/** For what only changes with the program or its configuration. */
export const steadyCache = 'public, max-age=300';

/** For what never changes. */
export const immutableCache = 'public, max-age=31536000, immutable';

/**
 * `Cache-Control` of an answer that stands for `standing` seconds. No permission reaches beyond them,
 * so that no cache, fresh, revalidating or cut off, shows an expired attestation as backed.
 */
export function cacheControl(plan: CachePlan, standing: number): string {
  const maxAge = Math.min(plan.maxAge, standing);
  const beyond = standing - maxAge;
  const whileRevalidate = Math.min(plan.whileRevalidate, beyond);
  const ifError = Math.min(plan.ifError, beyond);
  const parts = ['public', `max-age=${maxAge}`];
  if (whileRevalidate > 0) parts.push(`stale-while-revalidate=${whileRevalidate}`);
  if (ifError > 0) parts.push(`stale-if-error=${ifError}`);
  if (beyond <= 0) parts.push('must-revalidate');
  return parts.join(', ');
}
