import { makeBadge } from 'badge-maker';
import type { Report } from '../attest/report.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import { backingStatus } from './backingStatus.ts';
import type { BackingStatus } from './schemas/backing.ts';

/** What a badge says, in words and colour. */
export interface BadgeText {
  readonly label: string;
  /** Always with the time that it holds for: an image outlives its caches. */
  readonly message: string;
  /** Six hex digits, dark enough for white text (WCAG AA). */
  readonly color: string;
  readonly isBacked: boolean;
}

const label = 'BTC backing';

const colors: Readonly<Record<BackingStatus, string>> = {
  backed: '1a7f37',
  'under-backed': 'c4232d',
  indeterminate: '8a5d00',
  stale: '6a737d',
};

/** The badge of an attestation at `now`: `backed 1.0002 · 2026-11-22 10:00Z`. */
export function badgeText(report: Report, now: UnixTime): BadgeText {
  const status = backingStatus(report, now);
  const asOf = formatMinute(UnixTime(report.observedAt));
  const figure = status === 'backed' || status === 'under-backed' ? shortRatio(report.ratio) : '';
  const since = status === 'stale' ? 'last audit ' : '';
  return {
    label,
    message: `${status}${figure} · ${since}${asOf}`,
    color: colors[status],
    isBacked: status === 'backed',
  };
}

/** The badge of an asset that has not been audited yet. */
export function pendingBadgeText(now: UnixTime): BadgeText {
  return {
    label,
    message: `not audited yet · ${formatMinute(now)}`,
    color: colors.stale,
    isBacked: false,
  };
}

/** The badge as an SVG image that needs nothing else; its title says the same in words. */
export function renderBadge(text: BadgeText, idSuffix: string): string {
  const { message, color } = text;
  return makeBadge({ label, message, color: `#${color}`, style: 'flat', idSuffix });
}

/** Four places, truncated as the ratio itself is: 0.99999999 becomes 0.9999. */
function shortRatio(ratio: string | null): string {
  return ratio === null ? '' : ` ${ratio.slice(0, -4)}`;
}

/** `2026-11-22 10:00Z` */
function formatMinute(time: UnixTime): string {
  return `${formatTime(time).slice(0, 16).replace('T', ' ')}Z`;
}
