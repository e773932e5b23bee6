import { formatTime, type UnixTime } from '../core/unixTime.ts';
import type { Asset, CustodyAddress } from './asset.ts';

/**
 * The custody addresses in force at a moment: those whose `since` and `until` days (UTC, both
 * inclusive) do not exclude it. Coins at any other address were not the asset's then. An address that
 * several assets of a shared pool list is there once, with what vouches for it at each of them.
 */
export function custodyAt(asset: Asset, time: UnixTime): readonly CustodyAddress[] {
  const day = formatTime(time).slice(0, 10);
  const inForce = new Map<string, CustodyAddress>();
  for (const custody of asset.custody) {
    const { since, until, script } = custody;
    if (since !== undefined && day < since) continue;
    if (until !== undefined && until < day) continue;
    const known = inForce.get(script);
    inForce.set(script, known ? joinVouchers(known, custody) : custody);
  }
  return [...inForce.values()];
}

function joinVouchers(one: CustodyAddress, other: CustodyAddress): CustodyAddress {
  const evidence = [...(one.evidence ?? []), ...(other.evidence ?? [])];
  return {
    ...one,
    provenance: [...one.provenance, ...other.provenance],
    ...(evidence.length > 0 && { evidence }),
  };
}
