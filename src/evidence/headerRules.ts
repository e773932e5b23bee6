import type { BitcoinNetwork, BitcoinNetworkName, KnownBlock } from '../core/bitcoinNetwork.ts';
import { decodeTarget, encodeTarget } from './compactTarget.ts';

/** Blocks between two changes of difficulty, on every network. */
export const periodLength = 2016;

const spacingSeconds = 600;
const periodSeconds = periodLength * spacingSeconds;

/** How a network demands work of its headers: Bitcoin Core's `Consensus::Params`. */
export interface HeaderRules {
  /** The blocks that every chain of the network has, ascending, the genesis block first. */
  readonly knownBlocks: readonly KnownBlock[];
  /** The easiest target allowed. */
  readonly limitBits: number;
  /** False where the difficulty never changes. */
  readonly retargets: boolean;
  /** A block that comes more than twenty minutes after the last may have the easiest target. */
  readonly easesAfterDelay: boolean;
  /**
   * The time of the genesis block, where a block may not come much later than one each ten minutes from then
   * on; undefined where nobody mines at that pace.
   */
  readonly paceFrom?: number;
  /** BIP-94: a change starts from the first block of a period, which cannot go far back in time. */
  readonly bip94: boolean;
}

const parameters: Record<BitcoinNetworkName, Omit<HeaderRules, 'knownBlocks'>> = {
  mainnet: {
    limitBits: 0x1d00_ffff,
    retargets: true,
    easesAfterDelay: false,
    paceFrom: 1_231_006_505,
    bip94: false,
  },
  testnet4: { limitBits: 0x1d00_ffff, retargets: true, easesAfterDelay: true, bip94: true },
  signet: { limitBits: 0x1e03_77ae, retargets: true, easesAfterDelay: false, bip94: false },
  regtest: { limitBits: 0x207f_ffff, retargets: false, easesAfterDelay: false, bip94: false },
};

/** The rules for the headers of a network. Regtest's only difficulty is the easiest one. */
export function headerRules({ name, knownBlocks }: BitcoinNetwork): HeaderRules {
  return { ...parameters[name], knownBlocks };
}

/** How much easier than the last known block a later block may be. */
const mostEasing = 4n;

/**
 * The easiest target at a height: the network's, or where the difficulty of the last known block at or
 * below it is known, four times that block's. So nobody mines a cheap run of headers on his own.
 */
export function easiestTarget({ limitBits, knownBlocks }: HeaderRules, height: number): bigint {
  const limit = decodeTarget(limitBits)?.value ?? 0n;
  const { bits } = knownBlocks.findLast((known) => known.height <= height) ?? {};
  const known = bits === undefined ? undefined : decodeTarget(bits)?.value;
  return known === undefined || known * mostEasing > limit ? limit : known * mostEasing;
}

/** The main chain was most behind that pace in its first year: at block 32,255 by some 136 days. */
const mostBehindSeconds = 365 * 86_400;

/**
 * The latest time that a header at a height may have. So nobody gives headers of today the height, and with
 * it the difficulty, of years ago.
 */
export function latestTime({ paceFrom }: HeaderRules, height: number): number {
  return paceFrom === undefined
    ? Number.POSITIVE_INFINITY
    : paceFrom + height * spacingSeconds + mostBehindSeconds;
}

/** A period that has ended, as far as the next difficulty depends on it. */
export interface Period {
  readonly firstTime: number;
  readonly lastTime: number;
  /** Of its last block, or with BIP-94 of its first. */
  readonly bits: number;
}

/**
 * The bits of the block after a period: the target grows with the time between its first and last
 * block, by no more than four times either way, up to the easiest one allowed.
 */
export function retarget({ firstTime, lastTime, bits }: Period, limitBits: number): number {
  const shortest = periodSeconds / 4;
  const span = Math.min(Math.max(lastTime - firstTime, shortest), periodSeconds * 4);
  const value = ((decodeTarget(bits)?.value ?? 0n) * BigInt(span)) / BigInt(periodSeconds);
  const limit = decodeTarget(limitBits)?.value ?? 0n;
  return encodeTarget(value < limit ? value : limit);
}

/** Whether a change of difficulty keeps within four times either way, whatever the times were. */
export function isWithinFour(from: number, to: number, limitBits: number): boolean {
  const easiest = retarget({ firstTime: 0, lastTime: periodSeconds * 4, bits: from }, limitBits);
  const hardest = retarget({ firstTime: 0, lastTime: periodSeconds / 4, bits: from }, limitBits);
  const [value, highest, lowest] = [to, easiest, hardest].map(
    (bits) => decodeTarget(bits)?.value ?? 0n,
  );
  return value !== undefined && highest !== undefined && lowest !== undefined
    ? lowest <= value && value <= highest
    : false;
}

/** Whether a block comes so late that it may be easy, where the network has that rule. */
export function isDelayed(time: number, previousTime: number): boolean {
  return time > previousTime + 2 * spacingSeconds;
}

/** How far back in time the first block of a period may go with BIP-94. */
export const longestStepBack = 600;
