import type { Report } from './report.ts';

/**
 * Whether a report tells of a moment in the past that was asked for: its policy has no `maxAgeSeconds`.
 * It is valid for its own second alone, has no place in the sequence of its asset, is never its latest
 * answer, and is not to be shown as what is now.
 */
export function isHistoric({
  policy,
}: {
  readonly policy: Pick<Report['policy'], 'maxAgeSeconds'>;
}): boolean {
  return policy.maxAgeSeconds === null;
}
