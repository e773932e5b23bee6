import type { PublishedAddress } from './discovery.ts';

/**
 * What one place claims to lie at its current custody addresses, in satoshis: a claim, never counted,
 * and not checked to be possible.
 */
export function sumClaims(
  addresses: Iterable<Pick<PublishedAddress, 'role' | 'current' | 'claimedSats'>>,
): {
  readonly sats: bigint;
  readonly stated: number;
  /** Addresses without an amount: not zero, unknown. */
  readonly unstated: number;
} {
  let sats = 0n;
  let stated = 0;
  let unstated = 0;
  for (const { role, current, claimedSats } of addresses) {
    if (role !== 'custody' || !current) continue;
    if (claimedSats === null) {
      unstated += 1;
    } else {
      stated += 1;
      sats += claimedSats;
    }
  }
  return { sats, stated, unstated };
}
