import { makeBadge } from 'badge-maker';
import type { Report } from '../attest/report.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import { backingStatus, type Latest, secondsStanding } from './backingStatus.ts';
import type { BackingStatus } from './schemas/backing.ts';

/** What a badge says, in words and colour. */
export interface BadgeText {
  readonly label: string;
  /** Always with the time that it holds for: an image outlives its caches. */
  readonly message: string;
  readonly status: BadgeStatus;
  /** Six hex digits, dark enough for white text (WCAG AA). */
  readonly color: string;
  readonly isBacked: boolean;
}

/** What a badge shows of the latest attestation. */
type Badged = Latest & { readonly attestation: { readonly report: Pick<Report, 'ratio'> } };

/** `expiring`: backed, but for a shorter time than whoever asks keeps what it is given. */
export type BadgeStatus = BackingStatus | 'pending' | 'expiring';

const label = 'BTC backing';

const colors: Readonly<Record<BadgeStatus, string>> = {
  backed: '1a7f37',
  'under-backed': 'c4232d',
  indeterminate: '8a5d00',
  stale: '6a737d',
  pending: '6a737d',
  expiring: '6a737d',
};

/**
 * The badge of an attestation at `now`: `backed 1.0002 · 2026-11-22 10:00Z`.
 *
 * @param keptSeconds how long whoever asks shows it, whatever the caching headers say
 */
export function badgeText(latest: Badged, now: UnixTime, keptSeconds = 0): BadgeText {
  const { report } = latest.attestation;
  const known = backingStatus(latest, now);
  const status =
    known === 'backed' && secondsStanding(report, now) < keptSeconds ? 'expiring' : known;
  const asOf = formatMinute(UnixTime(report.observedAt));
  const figure = status === 'backed' || status === 'under-backed' ? shortRatio(report.ratio) : '';
  const since = status === 'stale' || status === 'expiring' ? 'last audit ' : '';
  return {
    label,
    message: `${status}${figure} · ${since}${asOf}`,
    status,
    color: colors[status],
    isBacked: status === 'backed',
  };
}

/** The badge of an asset that has not been audited yet. */
export function pendingBadgeText(now: UnixTime): BadgeText {
  return {
    label,
    message: `not audited yet · ${formatMinute(now)}`,
    status: 'pending',
    color: colors.pending,
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
