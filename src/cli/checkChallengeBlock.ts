import { chooseBitcoinPoint } from '../audit/chooseBitcoinPoint.ts';
import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import type { Challenge } from '../control/challenge.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ControlCode } from '../core/codes/controlCodes.ts';
import type { ReadContext } from '../core/source.ts';

/** Why a challenge, well signed as it may be, makes nothing proven. */
export interface ChallengeFault {
  readonly code: ControlCode;
  readonly reason: string;
}

/**
 * How far the date of a challenge may lie from the time of its block. The date is only written, the
 * block could not be known before: with an old block a signature could be much older than it says.
 */
const toleranceSeconds = 86_400;

/**
 * Whether the chain has the block of a challenge at its height, as the quorum of the sources says it,
 * and whether that block is as old as the challenge. Undefined where nothing is wrong.
 *
 * @throws AssayError what the sources end in, where too few of them answer or they disagree
 */
export async function checkChallengeBlock(
  { bitcoinPoint, date }: Challenge,
  sources: readonly BitcoinSource[],
  quorum: number,
  context: ReadContext,
): Promise<ChallengeFault | undefined> {
  const point = await readPointAt(bitcoinPoint.height, sources, quorum, context);
  if (point?.hash !== bitcoinPoint.hash) {
    const what = point ? 'another block' : 'no block';
    return {
      code: 'CONTROL_CHALLENGE_BLOCK_UNKNOWN',
      reason: `the chain has ${what} at height ${bitcoinPoint.height}`,
    };
  }
  if (Math.abs(date - point.time) <= toleranceSeconds) return undefined;
  return {
    code: 'CONTROL_CHALLENGE_OLD',
    reason: 'the block of the challenge was not mined on the day that the challenge is dated',
  };
}

/** Undefined above every tip. */
async function readPointAt(
  height: number,
  sources: readonly BitcoinSource[],
  quorum: number,
  context: ReadContext,
): Promise<ChainPoint | undefined> {
  try {
    const policy = { confirmations: 1, quorum };
    const { point } = await chooseBitcoinPoint(sources, policy, { height }, context);
    if (point instanceof AssayError) throw point;
    return point;
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'BITCOIN_HEIGHT_ABOVE_TIP') {
      return undefined;
    }
    throw thrown;
  }
}
