import type { Report } from '../attest/report.ts';
import type { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { Reconciliation } from '../reconcile/reconciliation.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { faultOf } from './askSources.ts';

/** What an issuer or a feed says about the asset: compared, never counted, and never decisive. */
export type Claim = {
  readonly kind: Report['claims'][number]['kind'];
  readonly name: string;
  readonly side: 'reserves' | 'supply';
  readonly decimals: number;
} & (
  | {
      /** In units of `decimals`. */
      readonly amount: bigint;
      /** When the publisher says that it was made. */
      readonly publishedAt: UnixTime | null;
      /** Null where nobody says how old it may be. */
      readonly stale: boolean | null;
    }
  | { readonly error: AssayError }
);

/**
 * Reads what others claim, on the token chains at the blocks of the audit. What cannot be read is part
 * of the answer.
 */
export type ReadClaims = (
  subject: AuditSubject,
  points: readonly ChainPoint[],
  context: ReadContext,
) => Promise<readonly Claim[]>;

/** The `claims` of a report: each beside the figure that it is about. */
export function reportClaims(
  claims: readonly Claim[],
  { reserves, supply, complete }: Reconciliation,
): Report['claims'] {
  return claims.map((claim) => {
    const { kind, name, side, decimals } = claim;
    const base = { kind, name, side, decimals };
    if ('error' in claim) {
      const unread = { amount: null, publishedAt: null, stale: null, difference: null };
      return { ...base, ...unread, fault: faultOf(claim.error) };
    }
    const { amount, publishedAt, stale } = claim;
    const own = side === 'supply' ? supply : complete.reserves ? reserves : null;
    const difference =
      own === null || decimals > fixed18Decimals
        ? null
        : amount * 10n ** BigInt(fixed18Decimals - decimals) - own;
    return {
      ...base,
      amount: amount.toString(),
      publishedAt,
      stale,
      difference: difference?.toString() ?? null,
    };
  });
}
