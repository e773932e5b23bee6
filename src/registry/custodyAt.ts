import { formatTime, type UnixTime } from '../core/unixTime.ts';
import type { Asset, CustodyAddress } from './asset.ts';

/**
 * The custody addresses in force at a moment: those whose `since` and `until` days (UTC, both
 * inclusive) do not exclude it. Coins at any other address were not the asset's then.
 */
export function custodyAt(asset: Asset, time: UnixTime): readonly CustodyAddress[] {
  const day = formatTime(time).slice(0, 10);
  return asset.custody.filter(
    ({ since, until }) =>
      (since === undefined || since <= day) && (until === undefined || day <= until),
  );
}
