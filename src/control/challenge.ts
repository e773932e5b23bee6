import { ChainId } from '../core/caip.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import { ControlError } from './errors.ts';

/** What a custodian is asked to sign. */
export interface Challenge {
  /** The asset's id in the registry. */
  readonly assetId: string;
  /** Digest of the registry whose addresses are to be proven. */
  readonly registryDigest: Digest;
  /** A recent block: nobody can have signed before it was mined. */
  readonly bitcoinPoint: Pick<ChainPoint, 'chain' | 'height' | 'hash'>;
  /** 16 random bytes in lower-case hex, fresh for each challenge. */
  readonly nonce: string;
  readonly date: UnixTime;
}

const form =
  /^assay proof of control, version 1: the signer controls this address for the asset ([a-z0-9][a-z0-9.-]{0,63}); registry (0x[0-9a-f]{64}); bitcoin block ([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}) (0|[1-9][0-9]{0,8}) ([0-9a-f]{64}); nonce ([0-9a-f]{32}); date ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$/;

/**
 * The text of a challenge: one line of ASCII, which every wallet signs as it stands, and which tells
 * its signer what it says. `parseChallenge` reads it back.
 *
 * @throws ControlError CONTROL_CHALLENGE_INVALID for a value that the text could not carry
 */
export function writeChallenge(challenge: Challenge): string {
  const { assetId, registryDigest, bitcoinPoint, nonce, date } = challenge;
  const text =
    'assay proof of control, version 1: the signer controls this address for the asset ' +
    `${assetId}; registry ${registryDigest}; bitcoin block ${bitcoinPoint.chain} ` +
    `${bitcoinPoint.height} ${bitcoinPoint.hash}; nonce ${nonce}; date ${formatTime(date)}`;
  if (!form.test(text)) {
    throw new ControlError('CONTROL_CHALLENGE_INVALID', 'a challenge cannot carry these values');
  }
  return text;
}

/**
 * The challenge that a text is, or undefined if it is none: not a character may differ.
 */
export function parseChallenge(text: string): Challenge | undefined {
  const [, assetId, digest, chain, height, hash, nonce, date] = form.exec(text) ?? [];
  const seconds = date === undefined ? Number.NaN : Date.parse(date) / 1000;
  if (!assetId || !digest || !chain || !hash || !nonce || Number.isNaN(seconds) || seconds < 0) {
    return undefined;
  }
  const time = UnixTime(seconds);
  // The form lets 31 February through, which the parser of dates may move to March.
  if (formatTime(time) !== date) return undefined;
  return {
    assetId,
    registryDigest: `0x${digest.slice(2)}`,
    bitcoinPoint: { chain: ChainId(chain), height: Number(height), hash },
    nonce,
    date: time,
  };
}
