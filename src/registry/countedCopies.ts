import { accountKey, contractKey, tokenKey } from '../core/accountKey.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import type { Deployment, Exclusion } from './asset.ts';

/**
 * As which deployments what lies with an excluded holder is counted again: the canonical ones that are
 * copies, in part, of what it locks. Undefined for a holding that is no lockbox.
 */
export function countedCopies(
  deployments: readonly Deployment[],
  { token, holder, reason }: Pick<Exclusion, 'token' | 'holder' | 'reason'>,
): readonly TokenId[] | undefined {
  const account = accountKey(tokenIdParts(token).chain, holder);
  const copies = deployments.flatMap(({ token: copy, kind, lockbox }) =>
    kind === 'canonical' &&
    typeof lockbox === 'object' &&
    lockbox.locks !== undefined &&
    tokenKey(lockbox.locks) === tokenKey(token) &&
    contractKey(lockbox.contract) === account
      ? [copy]
      : [],
  );
  return reason === 'lockbox' || copies.length > 0 ? copies : undefined;
}
