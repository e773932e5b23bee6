import { formatTime, type UnixTime } from '../core/unixTime.ts';
import type { Asset, CustodyAddress } from './asset.ts';

/**
 * The custody addresses in force at a moment: those whose `since` and `until` days (UTC, both
 * inclusive) do not exclude it. Coins at any other address were not the asset's then. An address that
 * several assets of a shared pool list is there once.
 */
export function custodyAt(asset: Asset, time: UnixTime): readonly CustodyAddress[] {
  const day = formatTime(time).slice(0, 10);
  const inForce = new Map<string, CustodyAddress>();
  for (const custody of asset.custody) {
    const { since, until, script } = custody;
    if (since !== undefined && day < since) continue;
    if (until !== undefined && until < day) continue;
    if (!inForce.has(script)) inForce.set(script, custody);
  }
  return [...inForce.values()];
}
