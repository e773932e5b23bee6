import type { Digest } from '../core/canonicalJson.ts';
import type { ControlCode } from '../core/codes/controlCodes.ts';
import type { ControlGrade } from '../core/controlGrade.ts';
import type { UnixTime } from '../core/unixTime.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { Timelocks, Verification } from './verification.ts';

/** What a proof must be about to count. */
export interface ProofPolicy {
  readonly assetId: string;
  readonly registryDigest: Digest;
  readonly now: UnixTime;
  /** Older challenges no longer prove control, in days. */
  readonly maxAgeDays: number;
}

/** What a proof is worth, and why no more. */
export type GradedProof =
  | { readonly grade: 'proven'; readonly challenge: Challenge }
  | {
      readonly grade: Exclude<ControlGrade, 'proven' | 'derived'>;
      readonly code: ControlCode;
      readonly reason: string;
    };

const secondsPerDay = 86_400;
/** Clocks may differ by that much before a challenge counts as dated in the future. */
const clockTolerance = 3600;

/**
 * The grade that a signed message earns an address, by itself; the registry's own provenance may earn
 * it a better one (`strongestGrade`). Proven is only a valid signature over our challenge for this
 * asset and registry, young enough, that holds without waiting. Any other valid signature proves at
 * most what a publication does; what does not verify is worth no more than a claim.
 */
export function gradeProof(
  verification: Verification,
  message: string,
  policy: ProofPolicy,
): GradedProof {
  if (verification.result !== 'valid') {
    return { grade: 'claimed', code: verification.code, reason: verification.reason };
  }
  const published = (code: ControlCode, reason: string): GradedProof => ({
    grade: 'published',
    code,
    reason,
  });
  const challenge = parseChallenge(message);
  if (!challenge) {
    return published('CONTROL_CHALLENGE_FOREIGN', 'the signed message is not a challenge of assay');
  }
  if (challenge.assetId !== policy.assetId) {
    return published('CONTROL_CHALLENGE_FOREIGN', 'the challenge is for another asset');
  }
  if (challenge.registryDigest !== policy.registryDigest) {
    return published('CONTROL_CHALLENGE_FOREIGN', 'the challenge is for another registry digest');
  }
  const age = policy.now - challenge.date;
  if (age < -clockTolerance) {
    return published('CONTROL_CHALLENGE_FUTURE', 'the challenge is dated in the future');
  }
  // Written so that an age or limit that is no number refuses.
  if (!(age <= policy.maxAgeDays * secondsPerDay)) {
    const days = Math.floor(age / secondsPerDay);
    return published(
      'CONTROL_CHALLENGE_OLD',
      `the challenge is ${days} days old, where ${policy.maxAgeDays} are allowed`,
    );
  }
  if (verification.timelocks && isWaiting(verification.timelocks, challenge)) {
    return published(
      'CONTROL_PROOF_TIME_LOCKED',
      'the signature holds only after a time lock that had not passed at the challenge',
    );
  }
  return { grade: 'proven', challenge };
}

/** A relative lock depends on the age of each coin, which a signature does not show. */
function isWaiting({ time, age }: Timelocks, { bitcoinPoint, date }: Challenge): boolean {
  const isRelative = age < 0x8000_0000 && (age & 0xffff) !== 0;
  const now = time < 500_000_000 ? bitcoinPoint.height : date;
  return isRelative || time > now;
}
