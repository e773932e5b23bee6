import { isHistoric } from '../attest/isHistoric.ts';
import type { Report, ReportPoint } from '../attest/report.ts';
import { maxAheadSeconds } from '../core/bitcoinMoment.ts';
import type { UnixTime } from '../core/unixTime.ts';

/** What the blocks of a report say about a time that is said to be now. */
export type TimeOfChains =
  /** No block is known. */
  | { readonly kind: 'silent' }
  /** Close: a block is of the last hours, so that the clock is ahead by no more. */
  | { readonly kind: 'agree'; readonly isClose: boolean }
  | { readonly kind: 'disagree'; readonly why: string };

/** Six Bitcoin blocks, as many as lie from the audited one to now, hardly ever take so long. */
const longestQuietSeconds = 21_600;

/** The audited Bitcoin block, and what is aligned with it, is an hour old, and seldom three. */
const closeSeconds = 10_800;

/**
 * Whether a time can be now by the blocks of a report, on which a quorum has agreed: none of them may be
 * of a later time, and the newest of them all may not be older than any newest block is. The second says
 * that the clock is ahead, or that every source stands still: nobody can tell which. Nor can anybody where
 * all that servers gave was refused as of the future. The blocks of a historic report are old, and say only the
 * first.
 */
export function timeOfChains(
  report: Report,
  wall: UnixTime,
  maxDriftSeconds: number,
): TimeOfChains {
  const points = agreedPoints(report);
  let newest: ReportPoint | undefined;
  for (const point of points) {
    const ahead = point.chain.startsWith('bip122:') ? maxAheadSeconds : 0;
    const lead = point.time - wall;
    if (lead > ahead + maxDriftSeconds) {
      return { kind: 'disagree', why: `it is ${lead} s behind ${nameBlock(point)}` };
    }
    if (newest === undefined || point.time > newest.time) newest = point;
  }
  if (newest === undefined) {
    const why = 'no block was read, and servers gave some that lie hours ahead of it';
    return hasFutureBlock(report) ? { kind: 'disagree', why } : { kind: 'silent' };
  }
  if (isHistoric(report)) return { kind: 'agree', isClose: false };
  const quiet = Math.max(longestQuietSeconds, report.policy.maxAgeSeconds ?? 0) + maxDriftSeconds;
  const age = wall - newest.time;
  if (age <= quiet) return { kind: 'agree', isClose: age <= closeSeconds };
  const why = `it is ${age} s ahead of the newest block of all chains (${nameBlock(newest)}), or every source stands still`;
  return { kind: 'disagree', why };
}

/** Whether a server gave a block that was refused since it lies ahead of the clock. */
function hasFutureBlock({ reasons, reserves, supply }: Report): boolean {
  const observed = [reserves, ...supply.deployments].flatMap(({ observations }) =>
    observations.flatMap(({ fault }) => (fault ? [fault] : [])),
  );
  return [...reasons, ...observed].some(({ code }) => code === 'SOURCE_BLOCK_FUTURE');
}

function nameBlock({ chain, height }: ReportPoint): string {
  return `block ${height} of ${chain}`;
}

function agreedPoints({ reserves, supply, graph }: Report): readonly ReportPoint[] {
  const figures = [
    ...supply.deployments,
    ...(supply.liability?.excluded ?? []),
    ...(graph?.deployments ?? []),
    ...(graph?.edges ?? []).map((edge) => ({
      point: edge.lockedPoint,
      around: edge.lockedAround,
    })),
  ];
  return [
    reserves.point,
    ...figures.flatMap(({ point, around }) => [point, around?.to ?? null]),
    ...(supply.liability?.rates ?? []).map(({ point }) => point),
  ].filter((point) => point !== null);
}
