import { chooseBitcoinPoint } from '../audit/chooseBitcoinPoint.ts';
import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import type { Challenge } from '../control/challenge.ts';
import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ControlCode } from '../core/codes/controlCodes.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';

/** Why a challenge, well signed as it may be, makes nothing proven. */
export interface ChallengeFault {
  readonly code: ControlCode;
  readonly reason: string;
}

/**
 * How far the date of a challenge may lie from the moment of its block. The date is only written, the
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
  network: BitcoinNetwork,
  sources: readonly BitcoinSource[],
  quorum: number,
  context: ReadContext,
): Promise<ChallengeFault | undefined> {
  const found = await readBlockAt(bitcoinPoint.height, network, sources, quorum, context);
  if (found?.hash !== bitcoinPoint.hash) {
    const what = found ? 'another block' : 'no block';
    return {
      code: 'CONTROL_CHALLENGE_BLOCK_UNKNOWN',
      reason: `the chain has ${what} at height ${bitcoinPoint.height}`,
    };
  }
  if (Math.abs(date - found.moment) <= toleranceSeconds) return undefined;
  return {
    code: 'CONTROL_CHALLENGE_OLD',
    reason: 'the block of the challenge was not mined on the day that the challenge is dated',
  };
}

/** Its hash and its moment; undefined above every tip. */
async function readBlockAt(
  height: number,
  network: BitcoinNetwork,
  sources: readonly BitcoinSource[],
  quorum: number,
  context: ReadContext,
): Promise<{ readonly hash: string; readonly moment: UnixTime } | undefined> {
  try {
    const policy = { confirmations: 1, quorum };
    const { point, moment } = await chooseBitcoinPoint(
      network,
      sources,
      policy,
      { height },
      context,
    );
    if (moment === null) throw point;
    return { hash: point.hash, moment: moment.time };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'BITCOIN_HEIGHT_ABOVE_TIP') {
      return undefined;
    }
    throw thrown;
  }
}
